"""The sockets of master and worker: Locust's classes before native nodes, whose threads send and receive.

Sending never waits. Receiving parks the greenlet until a message is there; messages come in the order of the wire.
What a node notices itself (a worker that has gone silent, a connection that was lost) comes in that order, too, and is
handed to `on_notification`.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gevent.socket import wait_read

from rlocust import _engine_log, _native

from ..exception import RPCError
from .protocol import Message

if TYPE_CHECKING:
    from ..runners import MasterRunner, Runner, WorkerRunner

#: Messages that are taken from a node at once.
_BATCH = 256


class BaseSocket:
    """What both ends have in common."""

    def __init__(self, node: _native.NodeServer | _native.NodeClient) -> None:
        _engine_log.follow_warnings()
        self._node = node
        self._taken: deque[tuple[str, str, Any, str]] = deque()
        #: A worker's: what a master sends it is addressed so.
        self._identity = ""
        #: Called with what the node noticed itself: the kind, its data and the worker it is about.
        self.on_notification: Callable[[str, Any, str], None] = lambda kind, data, node_id: None

    def send(self, msg: Message) -> None:
        self._node.send(msg.type, msg.data, msg.node_id)

    def send_to_client(self, msg: Message) -> None:
        """To the worker that the message names."""
        self._node.send(msg.type, msg.data, msg.node_id)

    def recv(self) -> Message:
        """The next message; waits for it."""
        return self._next()[1]

    def recv_from_client(self) -> tuple[str, Message]:
        """The next message, with the id of the connection that it came by."""
        return self._next()

    def _next(self) -> tuple[str, Message]:
        while True:
            source, kind, data, node_id = self._next_row()
            if source == "wire":
                return node_id, Message(kind, data, self._identity or node_id)
            self.on_notification(kind, data, node_id)

    def _next_row(self) -> tuple[str, str, Any, str]:
        while not self._taken:
            self._taken.extend(self._node.take(_BATCH))
            if not self._taken:
                wait_read(self._node.descriptor())
        return self._taken.popleft()

    def close(self, linger: float | None = None) -> None:
        """Sends what waits, for `linger` seconds at most."""
        self._node.close(1.0 if linger is None else linger)

    def ipv4_only(self, host: str, port: int) -> bool:
        """Whether the name has no IPv6 address."""
        if host == "*":
            return False
        try:
            families = {found[0] for found in socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)}
        except socket.gaierror as error:
            print(f"Error resolving address: {error}")
            return False
        return socket.AF_INET6 not in families


class Server(BaseSocket):
    """The master's end."""

    _node: _native.NodeServer

    def __init__(self, host: str, port: int, runner: MasterRunner | None = None) -> None:
        from .. import runners
        from .._runners.secret import secret_of_runner

        patience = runners.HEARTBEAT_INTERVAL, runners.HEARTBEAT_LIVENESS, runners.HEARTBEAT_DEAD_INTERNAL
        try:
            node = _native.NodeServer(*_run_and_sums(runner), host, port, *patience, secret_of_runner(runner))
        except OSError as error:
            raise RPCError(f"Socket bind failure: {error.strerror or error}") from error
        super().__init__(node)
        self.port = node.port
        if runner is None:
            node.set_merging(False)


class Client(BaseSocket):
    """A worker's end."""

    _node: _native.NodeClient

    def __init__(
        self, host: str, port: int, identity: str, runner: WorkerRunner | None = None, secret: bytes | None = None
    ) -> None:
        from .. import runners
        from .._runners.secret import secret_of_runner

        secret = secret or secret_of_runner(runner)
        liveness = runners.HEARTBEAT_LIVENESS
        super().__init__(_native.NodeClient(*_run_and_sums(runner), host, port, identity, liveness, secret))
        self._identity = identity


def _run_and_sums(runner: Runner | None) -> tuple[_native.Run, _native.Recorder]:
    """Those of the runner; a socket by itself has some that nobody looks at."""
    if runner is not None:
        return runner._run, runner.stats._native
    sums = _native.Recorder(False, time.time())
    return _native.Run(sums), sums
