"""What other threads have for a run, heard on the script thread: notifications for its owner, and orders, which are
carried out here by the methods that suites may override. Not a module of Locust's.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

import gevent

from ..rpc import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlocust import _native

    from ..runners import Runner

logger = logging.getLogger("locust.main")

_READABLE = 1


class RefusedOrder(Exception):
    """Why an order is not carried out, in one line."""


class RunListener:
    """Listens while it is started; one greenlet carries out the orders, one after the other."""

    def __init__(self, runner: Runner, notified: Callable[[str, str], None]) -> None:
        self._runner = runner
        self._run = runner._run
        self._notified = notified
        self._watcher: Any = None
        self._orders: deque[_native.Order] = deque()
        self._worker: gevent.Greenlet | None = None

    def start(self) -> None:
        self._watcher = gevent.get_hub().loop.io(self._run.descriptor(), _READABLE, ref=False)
        self._watcher.start(self.take)

    def take(self) -> None:
        """Everything that has come since the last time."""
        for kind, line in self._run.notifications():
            self._notified(kind, line)
        self._orders.extend(self._run.orders())
        if self._orders and not self._worker:
            self._worker = gevent.spawn(self._work)

    def stop(self) -> None:
        """Takes what is left; orders that nobody has begun are refused."""
        self.take()
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        while self._orders:
            self._orders.popleft().refuse("the run has ended")

    def _work(self) -> None:
        while self._orders:
            order = self._orders.popleft()
            try:
                carry_out(self._runner, json.loads(order.json))
            except RefusedOrder as refusal:
                order.refuse(str(refusal))
            except Exception as error:
                order.refuse(f"{type(error).__name__}: {error}")
                logger.exception("An order could not be carried out")
            else:
                order.done()


def carry_out(runner: Runner, order: dict[str, Any]) -> None:
    """Does what the order says, by the method that the suite may have replaced."""
    kind = order.pop("order")
    _METHODS[kind](runner, **order)


def _start(runner: Runner, user_count: int, spawn_rate: float, user_classes: list[str] | None) -> None:
    if runner.environment.shape_class:
        runner.start_shape()
        return
    known = runner.user_classes_by_name
    unknown = sorted(set(user_classes or ()) - set(known))
    if unknown:
        raise RefusedOrder(f"there is no user class `{unknown[0]}` in this run")
    chosen = None if user_classes is None else [known[name] for name in user_classes]
    runner.start(user_count, spawn_rate, user_classes=chosen)


def _stop(runner: Runner) -> None:
    runner.stop()


def _quit(runner: Runner) -> None:
    runner.quit()


def _reset_stats(runner: Runner) -> None:
    runner.environment.events.reset_stats.fire()
    runner.stats.reset_all()
    runner.exceptions = {}


def _update_user_class(runner: Runner, settings: dict[str, Any]) -> None:
    name = settings.get("user_class_name")
    if name not in (runner.environment.available_user_classes or {}):
        raise RefusedOrder(f"there is no user class `{name}` in the locustfile")
    runner.environment.update_user_class(settings)


def _message(runner: Runner, kind: str, data: Any, sender: str) -> None:
    if kind not in runner.custom_messages:
        raise RefusedOrder(f"no listener is registered for messages of the type `{kind}`")
    listener, is_concurrent = runner.custom_messages[kind]
    message = Message(kind, data, sender)
    if is_concurrent:
        gevent.spawn(listener, environment=runner.environment, msg=message)
    else:
        listener(environment=runner.environment, msg=message)


_METHODS: dict[str, Callable[..., None]] = {
    "start": _start,
    "stop": _stop,
    "quit": _quit,
    "reset_stats": _reset_stats,
    "update_user_class": _update_user_class,
    "message": _message,
}
