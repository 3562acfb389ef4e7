"""What the wire saw of the users' requests: a capture of the loopback by tcpdump, from which the times of the very
requests are taken that the run reports.

A request's time is what it waited for the network: of each round trip (opening the connection, a TLS handshake, the
request) from the last bytes that the user sent to the last that came back. What a thread of the generator did between
two round trips is in none.
"""

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Where the probe asks from: its packets are not the users'.
PROBE_ADDRESS = "127.0.0.2"
PER_PACKET = 80  # bytes: the headers
FIN, SYN = 0x01, 0x02
SEQUENCES = 1 << 32


@dataclass
class Capture:
    """The connections that were captured, with their round trips; none where packets were lost."""

    connections: list[list["Trip"]] = field(default_factory=list)

    def times(self, shakes_hands: bool) -> dict[str, list[float]]:
        """Milliseconds of each answered request, by way."""
        opening = 3 if shakes_hands else 2
        times: dict[str, list[float]] = {"opened": [], "kept": []}
        for trips in self.connections:
            answered = [trip.milliseconds for trip in trips if trip.received]
            if len(answered) >= opening:
                times["opened"].append(sum(answered[:opening]))
                times["kept"] += answered[opening:]
        return times


def may_capture() -> bool:
    return os.geteuid() == 0 and shutil.which("tcpdump") is not None


@contextmanager
def capture(port: int, file: Path) -> Iterator[Capture | None]:
    """Of the users' packets while the block runs, filled when it ends; `None` where we may not."""
    if not may_capture():
        yield None
        return
    command = ["tcpdump", "-i", "lo", "-w", "-", "-s", str(PER_PACKET), "--time-stamp-precision=nano", "-B", "65536"]
    command += [f"tcp port {port} and not host {PROBE_ADDRESS}"]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        seen = Capture()
        try:
            if not any("listening on" in line for line in process.stderr):
                raise SystemExit("tcpdump captures nothing on lo")
            yield seen
        finally:
            process.terminate()
            ends = [line for line in process.stderr if "dropped by kernel" in line]
    if not any(int(line.split()[0]) for line in ends):
        seen.connections = connections(packets(file.read_bytes()), port)
    file.unlink()


@dataclass
class Packet:
    at: float  # seconds
    source: int
    target: int
    is_syn: bool
    is_fin: bool
    sequence: int
    payload: int  # bytes


def packets(data: bytes) -> Iterator[Packet]:
    """Of a capture with nanoseconds, Ethernet headers and IPv4, as tcpdump writes it of the loopback."""
    at = 24
    while at + 16 <= len(data):
        seconds, nanoseconds, length, _ = struct.unpack_from("<IIII", data, at)
        ip = at + 16 + 14
        tcp = ip + (data[ip] & 15) * 4
        (total,) = struct.unpack_from(">H", data, ip + 2)
        source, target = struct.unpack_from(">HH", data, tcp)
        (sequence,) = struct.unpack_from(">I", data, tcp + 4)
        flags, payload = data[tcp + 13], total - (tcp - ip) - (data[tcp + 12] >> 4) * 4
        moment = seconds + nanoseconds / 1e9
        yield Packet(moment, source, target, bool(flags & SYN), bool(flags & FIN), sequence, payload)
        at += 16 + length


@dataclass
class Trip:
    """From the last bytes that were sent to the last that came back."""

    sent: float
    received: float = field(default=0.0)

    @property
    def milliseconds(self) -> float:
        return (self.received - self.sent) * 1e3


@dataclass
class Line:
    """A connection: its round trips, and how far the bytes of either side have come."""

    trips: list[Trip]
    ends: dict[int, int] = field(default_factory=dict)  # by the port that they come from

    def brings_on(self, packet: Packet) -> bool:
        """Whether anything is new in it: what is sent again, while an acknowledgement is late, was there already."""
        end = packet.sequence + packet.payload
        known = self.ends.get(packet.source, packet.sequence)
        is_new = 0 < (end - known) % SEQUENCES < SEQUENCES // 2
        if is_new or packet.is_syn:
            self.ends[packet.source] = (end + packet.is_syn) % SEQUENCES
        return is_new


def connections(seen: Iterator[Packet], port: int) -> list[list[Trip]]:
    """The round trips of each connection to this port, the opening first."""
    under_way: dict[int, Line] = {}
    whole: list[list[Trip]] = []
    for packet in seen:
        if packet.target == port:
            send(under_way, whole, packet)
        elif (line := under_way.get(packet.target)) and (line.brings_on(packet) or packet.is_syn):
            line.trips[-1].received = packet.at
    return whole


def send(under_way: dict[int, Line], whole: list[list[Trip]], packet: Packet) -> None:
    line = under_way.get(packet.source)
    if packet.is_syn:
        line = under_way[packet.source] = Line([Trip(packet.at)])
        whole.append(line.trips)
    if line is None:
        return
    is_new = line.brings_on(packet)
    if packet.is_fin:
        del under_way[packet.source]  # what the server says now is its goodbye
    elif is_new:
        last = line.trips[-1]
        if last.received:
            line.trips.append(Trip(packet.at))
        else:
            last.sent = packet.at
