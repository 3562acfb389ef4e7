"""Nodes by hand: a worker that says what it is told to a real master, and a master that does so to real workers."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import msgpack

from tests.cluster.zmtp import GREETING, Frames, Message, frame, ready
from tests.kit.waiting import DEADLINE

VERSION = "2.47.0"


class Peer:
    """One connection. What arrives while nobody asks stays in the socket."""

    def __init__(self, line: socket.socket, hello: bytes, node_id: str = "") -> None:
        self._line, self._frames = line, Frames()
        self.node_id = node_id
        self._waiting: list[bytes] = []
        line.sendall(GREETING + hello)
        end = time.monotonic() + DEADLINE
        while not self._frames.is_ready:
            self._read(end)
        self.node_id = node_id or self._frames.identity

    def send(self, kind: str, data: Any = None) -> None:
        self.send_payload(Message(kind, data, self.node_id).packed())

    def send_payload(self, payload: bytes) -> None:
        self.send_bytes(frame(payload))

    def send_bytes(self, data: bytes) -> None:
        self._line.sendall(data)

    def receive(self, deadline: float = DEADLINE) -> Message:
        """The next message; TimeoutError, or ConnectionError when the other end closed."""
        end = time.monotonic() + deadline
        while not self._waiting:
            self._read(end)
        return Message(*msgpack.unpackb(self._waiting.pop(0), strict_map_key=False))

    def _read(self, end: float) -> None:
        self._line.settimeout(max(end - time.monotonic(), 0.001))
        data = self._line.recv(65536)
        if not data:
            raise ConnectionError(f"closed by the node that {self.node_id} talks to")
        self._waiting += self._frames.feed(data)

    def await_kind(self, kind: str, deadline: float = DEADLINE) -> Message:
        """The next message of this kind; others are passed over."""
        end = time.monotonic() + deadline
        while True:
            message = self.receive(max(end - time.monotonic(), 0.001))
            if message.kind == kind:
                return message

    def close(self) -> None:
        self._line.close()


class HandWorker(Peer):
    """A worker by hand."""

    def __init__(self, port: int, node_id: str | None = None) -> None:
        node_id = node_id or f"byhand_{uuid4().hex}"
        line = socket.create_connection(("127.0.0.1", port), DEADLINE)
        super().__init__(line, ready("DEALER", node_id), node_id)

    def join(self, deadline: float = DEADLINE) -> int:
        """Announces itself; the index it is given."""
        self.send("client_ready", VERSION)
        return int(self.await_kind("ack", deadline).data["index"])

    def beat(self, state: str = "ready") -> None:
        self.send("heartbeat", {"state": state, "current_cpu_usage": 0.0, "current_memory_usage": 0})

    def is_answered(self, deadline: float = DEADLINE) -> bool:
        """Whether a heartbeat comes back: the master hears this worker and knows it."""
        self.beat()
        try:
            self.await_kind("heartbeat", deadline)
        except (TimeoutError, ConnectionError):
            return False
        return True


@contextmanager
def hand_worker(port: int, node_id: str | None = None) -> Iterator[HandWorker]:
    worker = HandWorker(port, node_id)
    try:
        yield worker
    finally:
        worker.close()


class HandMaster:
    """A master by hand: takes one worker after the other."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[Peer] = []
        self.port = int(self._listener.getsockname()[1])

    def accept(self, deadline: float = DEADLINE) -> Peer:
        self._listener.settimeout(deadline)
        line, _ = self._listener.accept()
        self._lines.append(Peer(line, ready("ROUTER")))
        return self._lines[-1]

    def close(self) -> None:
        self._listener.close()
        for line in self._lines:
            line.close()


def joined(master: HandMaster) -> Peer:
    """The worker that has joined a master by hand, and beats."""
    line = master.accept()
    line.await_kind("client_ready")
    line.send("ack", {"index": 0})
    line.await_kind("heartbeat")
    return line
