"""ZMTP 3.0 and the messages of the cluster by hand (docs/contract/distributed.md §1, §2), over plain sockets.

No ZeroMQ library here: a peer may send what a library would never send, and thousands of them fit into one process.
"""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgpack

GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
LONG, COMMAND = 2, 4


class Message(NamedTuple):
    kind: str
    data: Any
    node_id: str

    def packed(self) -> bytes:
        return msgpack.packb(tuple(self))


def ready(socket_type: str, identity: str = "") -> bytes:
    """The command after the greeting."""
    properties = b"".join(
        bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
        for name, value in ((b"Socket-Type", socket_type.encode()), (b"Identity", identity.encode()))
    )
    return frame(b"\x05READY" + properties, COMMAND)


def frame(payload: bytes, flags: int = 0) -> bytes:
    if len(payload) < 256:
        return bytes([flags, len(payload)]) + payload
    return bytes([flags | LONG]) + struct.pack(">Q", len(payload)) + payload


class Frames:
    """The payloads of what a socket gave so far; the greeting and commands are passed over."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_greeted = False
        #: Whether the other end's READY has come: libzmq takes no message before it has sent it.
        self.is_ready = False
        #: Of the other end, from its READY.
        self.identity = ""

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._bytes += data
        if not self._is_greeted:
            if len(self._bytes) < len(GREETING):
                return
            del self._bytes[: len(GREETING)]
            self._is_greeted = True
        while (whole := self._next()) is not None:
            flags, payload = whole
            if not flags & COMMAND:
                yield payload
            elif payload.startswith(b"\x05READY"):
                self.is_ready = True
                self.identity = _property(payload[6:], b"Identity")

    def _next(self) -> tuple[int, bytes] | None:
        have = self._bytes
        if len(have) < 2:
            return None
        start, size = 2, have[1]
        if have[0] & LONG:
            if len(have) < 9:
                return None
            start, size = 9, struct.unpack_from(">Q", have, 1)[0]
        if len(have) < start + size:
            return None
        flags, payload = have[0], bytes(have[start : start + size])
        del have[: start + size]
        return flags, payload


def _property(properties: bytes, wanted: bytes) -> str:
    while properties:
        name, properties = properties[1 : 1 + properties[0]], properties[1 + properties[0] :]
        size = struct.unpack_from(">I", properties)[0]
        value, properties = properties[4 : 4 + size], properties[4 + size :]
        if name.lower() == wanted.lower():
            return value.decode()
    return ""
