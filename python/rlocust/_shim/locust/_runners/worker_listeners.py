"""What a worker listens to among the events of its own run. Registered after the listeners of the locustfile."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from .. import _tracebacks
from ..rpc import Message

if TYPE_CHECKING:
    from .worker import WorkerRunner


def listen(worker: WorkerRunner) -> None:
    events = worker.environment.events

    def on_report_to_master(client_id: str, data: dict[str, Any]) -> None:
        data["user_classes_count"] = worker.user_classes_count
        data["user_count"] = worker.user_count

    def on_quitting(**_: Any) -> None:
        worker._leave()

    def on_user_error(user_instance: Any, exception: BaseException, tb: Any) -> None:
        data: dict[str, Any] = {"msg": _tracebacks.text_of(exception), "traceback": "".join(traceback.format_tb(tb))}
        data["rlocust"] = {"type": type(exception).__name__}  # Locust's masters pass over it
        worker.client.send(Message("exception", data, worker.client_id))

    events.report_to_master.add_listener(on_report_to_master)
    worker._own_listeners.append(on_report_to_master)
    events.quitting.add_listener(on_quitting)
    events.user_error.add_listener(on_user_error)
