"""The native half of a worker: it gives signs of life and reports while a task keeps the interpreter busy, as far as
the suite has not put something of its own in its place. Over another socket than ours, Python does all of it.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import gevent

from .. import runners
from .._version import version
from ..rpc import Message, rpc
from ..rpc.zmqrpc import Client
from .secret import refuse_other_socket

if TYPE_CHECKING:
    from rlocust import _native

    from .worker import WorkerRunner

logger = logging.getLogger("locust.runners")

#: Seconds that a script may be silent before its worker stops giving signs of life.
LONGEST_SILENCE = 60.0
#: Seconds that a master may be silent before we ask whether it has been restarted. Ours answers heartbeats whatever its
#: script does; Locust's may be busy, and a worker that joins twice gets twice its share there.
_PATIENCE_WITH_OURS = 3.0
_PATIENCE_WITH_LOCUSTS = 15.0


class ClientNode:
    """What one worker has its native node do."""

    def __init__(self, worker: WorkerRunner) -> None:
        self._worker = worker
        self._native: _native.NodeClient | None = None
        self._is_reporting = False
        self._patience = _PATIENCE_WITH_LOCUSTS
        self._is_lost = False
        self._times_silent = 0
        client: Any = worker.client
        if isinstance(client, Client):
            self._native = client._node
            client.on_notification = self._on_notification
        else:
            refuse_other_socket(worker)

    def begin(self) -> None:
        """The master knows us now."""
        if self._native is None:
            return
        if self.beats():
            self._native.begin_beating(float(runners.HEARTBEAT_INTERVAL), LONGEST_SILENCE)
        names = [user_class.__name__ for user_class in self._worker.user_classes]
        self._is_reporting = self._may_report()
        self._native.set_reporting(self._is_reporting)
        self._native.begin_reporting(float(runners.WORKER_REPORT_INTERVAL), names)
        self._worker.environment.events.report_to_master._changed = self.look

    def beats(self) -> bool:
        return self._native is not None and self._worker._is_own("heartbeat")

    def reports(self) -> bool:
        """Whether the node makes the reports; else the suite has a hand in them."""
        return self._is_reporting

    def report_now(self) -> None:
        if self._native is not None:
            self._native.report_now()

    def look(self) -> None:
        """Whether it is the node that reports may change while the program runs."""
        is_reporting = self._may_report()
        if self._native is not None and is_reporting != self._is_reporting:
            self._is_reporting = is_reporting
            self._native.set_reporting(is_reporting)

    def _may_report(self) -> bool:
        worker = self._worker
        return (
            self._native is not None
            and worker.stats._native.is_plain
            and worker._is_own("stats_reporter", "_send_stats")
            and worker._hears_alone(worker.environment.events.report_to_master)
        )

    def publish_state(self, state: str) -> None:
        if self._native is not None:
            self._native.set_state(state)

    def publish_usage(self, cpu_usage: float, memory_usage: int) -> None:
        if self._native is not None:
            self._native.set_usage(cpu_usage, memory_usage)

    def silence_of_master(self) -> float:
        """Seconds since its last heartbeat; none before the first."""
        if self._native is not None:
            return self._native.silence() or 0.0
        heard_at = self._worker.last_heartbeat_timestamp
        return time.time() - heard_at if heard_at else 0.0

    def reconnect(self) -> None:
        if self._native is not None:
            self._native.reconnect()
            return
        worker = self._worker
        worker.client.close()
        worker.client = rpc.Client(worker.master_host, worker.master_port, worker.client_id, worker)

    def _on_notification(self, kind: str, data: Any, about: str) -> None:
        if kind == "warning":
            logger.warning(about)
        elif kind == "refused":
            self._worker._was_refused(about)
        elif kind == "heard":
            self._is_lost = False
            self._times_silent = 0
        elif kind == "silent":
            self._times_silent += 1
            # The first time may be our own silence: a worker that was frozen is answered at once when it goes on.
            if self._times_silent > 1 and data >= self._patience and not self._is_lost:
                self._is_lost = True
                self._worker._spawn(self._ask_whether_it_is_another)

    def _ask_whether_it_is_another(self) -> None:
        """A master that still knows us answers heartbeats, before it acknowledges anything."""
        while self._is_lost:
            self._worker.client.send(Message("client_ready", version, self._worker.client_id))
            gevent.sleep(runners.CONNECT_TIMEOUT)

    def acknowledged(self, is_ours: bool) -> None:
        self._patience = _PATIENCE_WITH_OURS if is_ours else _PATIENCE_WITH_LOCUSTS
        if self._is_lost:
            self._is_lost = False
            self._worker._join_anew()
