"""Hooks that a suite listens to, and the set of them that a run fires.

A listener that fails never stops the others, except when it raises one of the exceptions that steer
the task loop: those belong to the task that fired the event and travel on to it.
"""

from __future__ import annotations

import inspect
import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from . import _tracebacks, log
from .exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser

Listener = TypeVar("Listener", bound=Callable[..., Any])

_STEERING = (StopUser, StopTest, RescheduleTask, RescheduleTaskImmediately, InterruptTaskSet)


class EventHook:
    """One event: a list of listeners, called in the order in which they were added.

    Usable as a decorator::

        @events.request.add_listener
        def on_request(request_type, name, response_time, response_length, exception, **kwargs):
            ...

    The keyword arguments of each event stand in the description of `Events`. Take `**kwargs` too:
    a missing name is an error in the listener, and later versions may add more.
    """

    def __init__(self) -> None:
        self._handlers: list[Callable[..., Any]] = []
        #: Called when listeners come or go.
        self._changed: Callable[[], None] = lambda: None

    def add_listener(self, handler: Listener) -> Listener:
        self._handlers.append(handler)
        self._changed()
        return handler

    def remove_listener(self, handler: Callable[..., Any]) -> None:
        self._handlers.remove(handler)
        self._changed()

    def fire(self, *, reverse: bool = False, **kwargs: Any) -> None:
        # A copy, because listeners add and remove listeners while they run.
        handlers = self._handlers[::-1] if reverse else self._handlers[:]
        for handler in handlers:
            try:
                handler(**kwargs)
            except _STEERING:
                raise
            except Exception as error:
                _tracebacks.log(logging, "Uncaught exception in event handler: ", error)
                log.unhandled_greenlet_exception = True

    @contextmanager
    def measure(
        self, request_type: str, name: str, response_length: int = 0, context: dict[str, Any] | None = None
    ) -> Generator[dict[str, Any]]:
        """Times a block of code and fires this hook with the result, for clients that are not HTTP.

        For example::

            with self.environment.events.request.measure("gRPC", "GetItem") as request_meta:
                request_meta["response"] = stub.GetItem(item)
                request_meta["response_length"] = len(request_meta["response"].payload)

        An exception in the block marks the request as failed and goes no further.
        """
        request_meta: dict[str, Any] = {
            "request_type": request_type,
            "name": name,
            "response_length": response_length,
            "context": context or {},
            "exception": None,
            "start_time": time.time(),
        }
        started = time.perf_counter()
        try:
            yield request_meta
        except Exception as error:
            request_meta["exception"] = error
        finally:
            request_meta["response_time"] = (time.perf_counter() - started) * 1000
            self.fire(**request_meta)


def _survive(error: BaseException) -> None:
    """What becomes of an error of a listener that the native clients have called, past `fire`."""
    try:
        raise error
    except _STEERING:
        raise
    except Exception as failed:
        _tracebacks.log(logging, "Uncaught exception in event handler: ", failed)
        log.unhandled_greenlet_exception = True


# As it is before a suite can replace it: while hooks have it, the native clients may record past them.
_FIRE = EventHook.fire


class DeprecatedEventHook(EventHook):
    """A hook that still works but warns everyone who starts to listen."""

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message

    def add_listener(self, handler: Listener) -> Listener:
        logging.warning(self.message)
        return super().add_listener(handler)


class Events:
    """The hooks of one run. Each environment has its own; `locust.events` is the one of the command line.

    A class that derives from this one and has annotations gets the hooks of these only, written
    `my_hook: "EventHook"`. To have a hook beside the others, assign `events.my_hook = EventHook()`.
    """

    request: EventHook
    """A request has ended: `request_type, name, response_time` (milliseconds), `response_length`,
    `response, context, exception` (None when it succeeded), `start_time, url`."""

    user_error: EventHook
    """A task or an `on_start` raised: `user_instance, exception, tb`. For a task, `user_instance` is its task set."""

    report_to_master: EventHook
    """A worker is about to report: `client_id, data`. What listeners put into `data` travels along."""

    worker_report: EventHook
    """A master got a report: `client_id, data`."""

    worker_connect: EventHook
    """A worker has joined the master: `client_id`."""

    spawning_complete: EventHook
    """A ramp, up or down, has ended: `user_count`."""

    quitting: EventHook
    """The process begins to shut down: `environment`. Listeners are called in reverse order."""

    quit: EventHook
    """The process is about to exit, all tables are printed: `exit_code`."""

    init: EventHook
    """Everything is set up, no test has started: `environment, runner, web_ui`."""

    init_command_line_parser: EventHook
    """A command line parser is being built: `parser`. May happen more than once in a process."""

    test_start: EventHook
    """A test starts, before its first user: `environment`."""

    test_stopping: EventHook
    """A test is about to stop, its users still run: `environment`."""

    test_stop: EventHook
    """A test has stopped: `environment`."""

    reset_stats: EventHook
    """Someone pressed the reset button of the web interface: no arguments."""

    cpu_warning: EventHook
    """The load generator is short of CPU: `environment, cpu_usage`."""

    heartbeat_sent: EventHook
    """A master answered the heartbeat of a worker: `client_id, timestamp`."""

    heartbeat_received: EventHook
    """A worker got its master's heartbeat: `client_id, timestamp`."""

    usage_monitor: EventHook
    """A look at our own CPU and memory use: `environment, cpu_usage, memory_usage`."""

    def __init__(self) -> None:
        annotated = next(filter(None, map(inspect.get_annotations, type(self).__mro__)))
        for name, value in annotated.items():
            if value == "EventHook":
                setattr(self, name, EventHook())
