"""A machine at the other end of a TUN device whose answers come in three segments, one of them late.

    unshare --map-root-user --net python out_of_turn_peer.py PAUSE COMMAND…

Runs COMMAND where `http://10.9.0.2/` is this machine. The path says in which order the segments go out, as `/0-12` (the
last two after PAUSE seconds); what comes out of turn the kernel keeps until what is missing has come, as after a loss.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
import time

TUNSETIFF, SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK = 0x400454CA, 0x8913, 0x8914, 0x8916, 0x891C
TUN_WITHOUT_INFO, UP = 0x1001, 1
FIN, SYN, PUSH, ACK = 1, 2, 8, 16
HERE, THERE = socket.inet_aton("10.9.0.1"), socket.inet_aton("10.9.0.2")
BODY = b"x" * 2000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
THIRD = 700


def opened_device() -> int:
    """A device with an address of its own, up; packets for all others of its network come out here."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", b"late", TUN_WITHOUT_INFO))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, address in ((SIOCSIFADDR, HERE), (SIOCSIFNETMASK, socket.inet_aton("255.255.255.0"))):
            fcntl.ioctl(control, request, struct.pack("16sHH4s16x", b"late", socket.AF_INET, 0, address))
        flags = struct.unpack_from("H", fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16s24x", b"late")), 16)[0]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", b"late", flags | UP))
    return device


def checksum(data: bytes) -> int:
    words = struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(port: int, sequence: int, acknowledged: int, flags: int, data: bytes = b"") -> bytes:
    """IPv4 and TCP (RFC 791, RFC 9293), from port 80 there to a port here."""
    segment = struct.pack("!HHIIBBHHH", 80, port, sequence, acknowledged, 5 << 4, flags, 65000, 0, 0) + data
    pseudo = THERE + HERE + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, socket.IPPROTO_TCP, 0, THERE, HERE)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + segment


def answer(device: int, port: int, sequence: int, acknowledged: int, order: str, pause: float) -> None:
    for step in order:
        if step == "-":
            time.sleep(pause)
            continue
        at = int(step) * THIRD
        piece = ANSWER[at : at + THIRD] if step != "2" else ANSWER[at:]
        os.write(device, packet(port, sequence + at, acknowledged, ACK | PUSH, piece))


def serve(device: int, pause: float) -> None:
    sent: dict[int, int] = {}  # by port: the next number of our side
    while True:
        raw = os.read(device, 65536)
        if raw[0] >> 4 != 4 or raw[9] != socket.IPPROTO_TCP:
            continue
        segment = raw[(raw[0] & 15) * 4 : struct.unpack_from("!H", raw, 2)[0]]
        port, _, sequence, _, offset, flags = struct.unpack_from("!HHIIBB", segment)
        data = segment[(offset >> 4) * 4 :]
        if flags & SYN:
            sent[port] = 5000
            os.write(device, packet(port, sent[port] - 1, sequence + 1, SYN | ACK))
        elif data:
            order = data.split()[1].decode().strip("/")
            about = (device, port, sent[port], sequence + len(data), order, pause)
            threading.Thread(target=answer, args=about, daemon=True).start()
            sent[port] += len(ANSWER)
        elif flags & FIN:
            os.write(device, packet(port, sent[port], sequence + 1, FIN | ACK))


def main() -> int:
    pause, *command = sys.argv[1:]
    device = opened_device()
    threading.Thread(target=serve, args=(device, float(pause)), daemon=True).start()
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
