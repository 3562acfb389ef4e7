"""What other threads have for a run, heard on the script thread: notifications for its owner, and orders, which are
carried out here by the methods that suites may override. Not a module of Locust's.
"""

from __future__ import annotations

import json
import logging
import os
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

import gevent

from rlocust import _native

from .._web.messages import Request
from ..rpc import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..runners import Runner

logger = logging.getLogger("locust.main")

_READABLE = 1


#: Seconds that an order under way has left when its run has ended.
_MOMENT = 1.0

_listening: weakref.WeakSet[RunListener] = weakref.WeakSet()


class _Waker:
    """The watcher of the one descriptor by which other threads wake this process for its runs."""

    watcher: Any = None

    @classmethod
    def watch(cls) -> None:
        if cls.watcher is None:
            cls.watcher = gevent.get_hub().loop.io(_native.run_descriptor(), _READABLE, ref=False)
            cls.watcher.start(cls.wake)

    @classmethod
    def wake(cls) -> None:
        _native.clear_run_descriptor()
        for listener in list(_listening):
            listener.take()

    @classmethod
    def forget(cls) -> None:
        """In a forked child, whose parent goes on listening: new runs of the child are listened to anew."""
        _listening.clear()
        if cls.watcher is not None:
            cls.watcher.close()
            cls.watcher = None


os.register_at_fork(after_in_child=_Waker.forget)


class RefusedOrder(Exception):
    """Why an order is not carried out, in one line."""


class RunListener:
    """Hears what there is for one run while it is started; one greenlet carries out its orders, one after the other."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._run = runner._run
        self._orders: deque[_native.Order] = deque()
        self._worker: gevent.Greenlet | None = None
        #: Called with the kind and the line of each notification.
        self.notified: Callable[[str, str], None] = self._log

    def start(self) -> None:
        _listening.add(self)
        _Waker.watch()

    def take(self) -> None:
        """Everything that has come since the last time."""
        notifications = self._run.notifications()
        for order in self._run.orders():
            if order.request is None:
                self._orders.append(order)
            else:
                gevent.spawn(self._answer, order)
        if self._orders and not self._worker:
            self._worker = gevent.spawn(self._work)
        for kind, line in notifications:
            self.notified(kind, line)

    def stop(self) -> None:
        """Takes what is left; the order under way gets a moment to end, the others are refused."""
        _listening.discard(self)
        self.take()
        orders, self._orders = self._orders, deque()
        for order in orders:
            order.refuse("the run has ended")
        if self._worker and self._worker is not gevent.getcurrent():
            self._worker.join(timeout=_MOMENT)

    def _answer(self, order: _native.Order) -> None:
        """A request of the web interface: each in a greenlet of its own, for a view of a suite may wait."""
        web_ui = self._runner.environment._interfaces.find(order.interface)
        if web_ui is None or order.request is None:
            order.refuse("this run has no web interface")
            return
        response = web_ui._answer(Request(*order.request))
        order.answer(response.status, response.headers, response.body)

    def _log(self, kind: str, line: str) -> None:
        if kind == "stop":
            logger.error(f"Stopping the run: {line}")
            gevent.spawn(self._runner.quit)
        elif kind == "info":
            logger.info(line)
        else:
            logger.error(line)

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
