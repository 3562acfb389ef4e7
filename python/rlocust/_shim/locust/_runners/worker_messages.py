"""What a worker does with each message of its master."""

from __future__ import annotations

import logging
import os
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent

from .. import argument_parser, runners
from .._version import version
from ..rpc import Message
from .options_to_send import known_options

if TYPE_CHECKING:
    from .worker import WorkerRunner

logger = logging.getLogger("locust.runners")

#: Options of Locust's that a master decides on for its workers, beside those that the suite has added.
_MASTERS_OPTIONS = ("expect_workers", "tags", "exclude_tags")


def ack(worker: WorkerRunner, msg: Message) -> None:
    """Very old masters give no index."""
    data = msg.data or {}
    worker.worker_index = data.get("index", worker.worker_index)
    worker._node.acknowledged(is_ours="rlocust" in data)
    worker.connection_event.set()


def spawn(worker: WorkerRunner, msg: Message) -> None:
    worker.client.send(Message("spawning", None, worker.client_id))
    job = msg.data
    if job["timestamp"] <= worker.last_received_spawn_timestamp:
        logger.info("Discard spawn message with older or equal timestamp than timestamp of previous spawn message")
        return
    worker.environment.host = job["host"]
    worker.environment.stop_timeout = job["stop_timeout"] or 0.0
    _take_options(worker, job["parsed_options"])
    if worker.worker_state not in (runners.STATE_RUNNING, runners.STATE_SPAWNING):
        worker._begin_test()
    worker.worker_state = runners.STATE_SPAWNING
    if worker.spawning_greenlet:
        worker.spawning_greenlet.kill(block=True)
    worker.spawning_greenlet = worker._spawn(worker.start_worker, job["user_classes_count"])
    worker.last_received_spawn_timestamp = job["timestamp"]


def _take_options(worker: WorkerRunner, options: dict[str, Any]) -> None:
    if worker.environment.parsed_options is None:
        worker.environment.parsed_options = Namespace(**argument_parser.default_args_dict())
    known = known_options()
    for name, value in options.items():
        if name not in known or name in _MASTERS_OPTIONS:
            setattr(worker.environment.parsed_options, name, value)


def stop(worker: WorkerRunner, msg: Message) -> None:
    """The test is over: what is not reported yet is, and then we are ready for another one."""
    worker.stop()
    worker._send_last_stats()
    worker.client.send(Message("client_stopped", None, worker.client_id))
    # What the master had sent before it heard that is not to arrive after we are ready.
    extra = int(os.getenv("LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP", "0"))
    gevent.sleep(worker.environment.stop_timeout + extra)
    worker.client.send(Message("client_ready", version, worker.client_id))
    worker.worker_state = runners.STATE_INIT


def master_quit(worker: WorkerRunner, msg: Message) -> None:
    logger.info("Got quit message from master, shutting down...")
    if worker._is_of_program:
        worker._owes_leave = True  # the master waits for it behind the last report
    worker.quit()


def reconnect(worker: WorkerRunner, msg: Message) -> None:
    logger.warning("Received reconnect message from master. Resetting RPC connection.")
    worker.reset_connection()


def heartbeat(worker: WorkerRunner, msg: Message) -> None:
    worker._note_heartbeat()


def update_user_class(worker: WorkerRunner, msg: Message) -> None:
    worker.environment.update_user_class(msg.data)


def spawning_complete(worker: WorkerRunner, msg: Message) -> None:
    """The master's ramp is over, with so many users on all workers."""
    worker.environment.events.spawning_complete.fire(user_count=msg.data["user_count"])


HANDLERS: dict[str, Callable[[WorkerRunner, Message], None]] = {
    "ack": ack,
    "spawn": spawn,
    "stop": stop,
    "quit": master_quit,
    "reconnect": reconnect,
    "heartbeat": heartbeat,
    "update_user_class": update_user_class,
    "spawning_complete": spawning_complete,
}
