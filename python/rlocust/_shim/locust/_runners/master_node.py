"""The native half of a master: it adds up reports, answers heartbeats and judges who is alive, as far as the suite has
not put something of its own in its place. A master over another socket than ours does all of it in Python.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from .. import runners
from ..rpc.zmqrpc import Server
from .secret import refuse_other_socket

if TYPE_CHECKING:
    from rlocust import _native

    from ..rpc import Message
    from .master import MasterRunner

logger = logging.getLogger("locust.runners")


class MasterNode:
    """What one master has its native node do."""

    def __init__(self, master: MasterRunner) -> None:
        self._master = master
        self._native: _native.NodeServer | None = None
        self._is_merging = False
        server: Any = master.server
        if not isinstance(server, Server):
            refuse_other_socket(master)
            return
        self._native = server._node
        server.on_notification = self._on_notification
        for worker in master.clients.all:
            self.admit(worker.id, None)
        self._let_merge()
        master.environment.events.worker_report._changed = self._let_merge

    def admit(self, worker_id: str, version: str | None) -> None:
        """From now on it is known: its heartbeats are answered, and missed."""
        if self._native is not None:
            self._native.admit(worker_id, self._master.get_worker_index(worker_id), version)

    def forget(self, worker_id: str, is_lost: bool) -> None:
        """It has left; `is_lost` where it had no time to report what it had counted."""
        if self._native is not None:
            self._native.forget(worker_id, is_lost)

    def settle(self) -> None:
        """What workers have not reported by now is lost, and every account of the run says so."""
        if self._native is not None:
            self._native.settle()

    def answers_heartbeats(self) -> bool:
        return self._native is not None

    def has_merged(self, msg: Message) -> bool:
        """Whether the sums of this report are in the statistics already, and only the users are left of it."""
        return self._native is not None and "stats" not in msg.data

    def look(self) -> None:
        """To be called once an interval of heartbeats."""
        self._let_merge()
        if self._native is None:
            self._count_down()

    def _let_merge(self) -> None:
        """Somebody else who listens to reports gets them whole."""
        is_merging = self._master._hears_alone(self._master.environment.events.worker_report)
        if self._native is not None and is_merging != self._is_merging:
            self._native.set_merging(is_merging)
            self._is_merging = is_merging
            self._master.stats._merge_report = None if is_merging else self._native.merge

    def _on_notification(self, kind: str, data: Any, about: str) -> None:
        if kind == "warning":
            logger.warning(about)
        else:
            self._on_silence(kind, about)

    def _on_silence(self, kind: str, worker_id: str) -> None:
        worker = self._master.clients.get(worker_id)
        if worker is None or not self._master._is_own("heartbeat_worker"):
            return
        if kind == "missing" and worker.state != runners.STATE_MISSING:
            self._master._worker_is_missing(worker)
        elif kind == "dead" and worker.state == runners.STATE_MISSING:
            self._master._remove_dead(worker)

    def _count_down(self) -> None:
        for worker in list(self._master.clients.all):
            if worker.state == runners.STATE_MISSING and worker.heartbeat <= runners.HEARTBEAT_DEAD_INTERNAL:
                self._master._remove_dead(worker)
            elif worker.heartbeat < 0 and worker.state != runners.STATE_MISSING:
                self._master._worker_is_missing(worker)
            else:
                worker.heartbeat -= 1
