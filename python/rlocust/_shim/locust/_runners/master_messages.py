"""What a master does with each message of a worker. Data are a stranger's: what is odd costs a line, nothing else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rlocust import _native

from .. import runners
from .._version import version
from ..rpc import Message
from .locustfiles import answer_to_request

if TYPE_CHECKING:
    from .master import MasterRunner
    from .nodes import WorkerNode

logger = logging.getLogger("locust.runners")

#: Above this a worker is short of CPU.
_MOST_CPU = 90


def client_ready(master: MasterRunner, client_id: str, msg: Message) -> None:
    """A worker joins; it says so again after each test, and when it has found us again."""
    if not msg.data:
        logger.error(f"An old (pre 2.0) worker tried to connect ({client_id}). That's not going to work.")
        return
    _compare_versions(client_id, msg.data)
    index = master.get_worker_index(client_id)
    master._node.admit(client_id, str(msg.data))  # before it is told: its first heartbeat follows at once
    master.send_message("ack", client_id=client_id, data={"index": index, "rlocust": _native.VERSION})
    master.environment.events.worker_connect.fire(client_id=msg.node_id)
    known = master.clients.get(client_id)
    if known is not None:
        master._deal_out(known)
    master._take_in(runners.WorkerNode(client_id, heartbeat_liveness=runners.HEARTBEAT_LIVENESS))
    line = f"{client_id} (index {index}) reported as ready"
    if known is not None:
        logger.debug(f"{line} (duplicate message). {master.worker_count} workers connected.")
    else:
        logger.info(f"{line}. {master.worker_count} workers connected.")
    master._workers_changed()


def _compare_versions(client_id: str, theirs: Any) -> None:
    if theirs in (version, -1):
        return
    if str(theirs)[:4] == version[:4]:
        logger.debug(
            f"A worker ({client_id}) running a different patch version ({theirs!r}) connected, "
            f"master version is {version!r}"
        )
    else:
        logger.warning(
            f"A worker ({client_id}) running a different version ({theirs}) connected, master version is {version}"
        )


def locustfile(master: MasterRunner, client_id: str, msg: Message) -> None:
    master.send_message("locustfile", client_id=client_id, data=answer_to_request(master.environment, msg))


def client_stopped(master: MasterRunner, client_id: str, msg: Message) -> None:
    """Its users have ended; it is about to say that it is ready again."""
    worker = master.clients.get(msg.node_id)
    if worker is None:
        logger.warning(f"Received {msg.type} message from an unknown worker: {msg.node_id}.")
        return
    master._let_go(worker)
    logger.info(f"{msg.node_id} (index {master.get_worker_index(client_id)}) reported that it has stopped")
    master._workers_changed()


def heartbeat(master: MasterRunner, client_id: str, msg: Message) -> None:
    worker = master.clients.get(msg.node_id)
    if worker is None:
        logging.debug(f"Got heartbeat message from unknown worker {msg.node_id}")
        return
    was_missing = worker.state == runners.STATE_MISSING
    worker.heartbeat = runners.HEARTBEAT_LIVENESS
    worker.state = msg.data["state"]
    _note_usage(master, worker, msg.data)
    master.environment.events.heartbeat_sent.fire(client_id=msg.node_id, timestamp=time.time())
    if not master._node.answers_heartbeats():
        master.server.send_to_client(Message("heartbeat", None, msg.node_id))
    if was_missing:
        logger.info(f"Worker {worker.id} self-healed with heartbeat, setting state to {worker.state}.")
        master._deal_in(worker)
        master._workers_changed()


def _note_usage(master: MasterRunner, worker: WorkerNode, data: dict[str, Any]) -> None:
    worker.cpu_usage = data["current_cpu_usage"]
    worker.memory_usage = data.get("current_memory_usage", worker.memory_usage)
    if worker.cpu_usage > _MOST_CPU and not worker.cpu_warning_emitted:
        worker.cpu_warning_emitted = master.worker_cpu_warning_emitted = True
        logger.warning(
            f"Worker {worker.id} (index {master.get_worker_index(worker.id)}) exceeded cpu threshold "
            "(will only log this once per worker)"
        )


def stats(master: MasterRunner, client_id: str, msg: Message) -> None:
    master._report_came(msg)


def spawning(master: MasterRunner, client_id: str, msg: Message) -> None:
    worker = _known_or_sent_away(master, msg)
    if worker is not None:
        worker.state = runners.STATE_SPAWNING


def spawning_complete(master: MasterRunner, client_id: str, msg: Message) -> None:
    """Comes after each step of a ramp."""
    worker = _known_or_sent_away(master, msg)
    if worker is not None:
        worker.user_classes_count = dict(msg.data["user_classes_count"])
        worker.state = runners.STATE_RUNNING


def _known_or_sent_away(master: MasterRunner, msg: Message) -> WorkerNode | None:
    worker = master.clients.get(msg.node_id)
    if worker is None:
        logger.warning(f"Got {msg.type} message from unknown worker {msg.node_id}. Asking worker to quit.")
        master.server.send_to_client(Message("quit", None, msg.node_id))
    return worker


def logs(master: MasterRunner, client_id: str, msg: Message) -> None:
    master.environment.update_worker_logs(msg.data)


def worker_quit(master: MasterRunner, client_id: str, msg: Message) -> None:
    worker = master.clients.get(msg.node_id)
    if worker is None:
        return
    master._let_go(worker)
    index = master.get_worker_index(msg.node_id)
    logger.info(f"Worker {msg.node_id!r} (index {index}) quit. {len(master.clients.ready)} workers ready.")
    if master.worker_count:
        master._workers_changed()
    else:
        master._last_worker_quit()


def exception(master: MasterRunner, client_id: str, msg: Message) -> None:
    ours = msg.data.get("rlocust")
    if isinstance(ours, dict) and isinstance(kind := ours.get("type"), str):
        master._note_exception_type(msg.data["traceback"], kind)
    master.log_exception(msg.node_id, msg.data["msg"], msg.data["traceback"])


HANDLERS: dict[str, Callable[[MasterRunner, str, Message], None]] = {
    "client_ready": client_ready,
    "locustfile": locustfile,
    "client_stopped": client_stopped,
    "heartbeat": heartbeat,
    "stats": stats,
    "spawning": spawning,
    "spawning_complete": spawning_complete,
    "logs": logs,
    "quit": worker_quit,
    "exception": exception,
}
