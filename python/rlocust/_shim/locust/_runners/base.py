"""What all runners have in common: groups of greenlets, state, exceptions, shapes and messages."""

from __future__ import annotations

import contextlib
import inspect
import json
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

import gevent
from gevent import getcurrent
from gevent.pool import Group

from rlocust import _native

from .. import _tracebacks, runners
from .._run import advice
from .._run.end_users import end_users
from .._run.listener import RunListener
from .._run.memory import resident_memory
from .._run.stopping import Stopping
from .._run.user_group import UserGroup
from ..exception import StopTest
from ..user.users import User

if TYPE_CHECKING:
    from gevent import Greenlet

    from ..dispatch import UsersDispatcher
    from ..env import Environment
    from ..stats import RequestStats, StatsError

logger = logging.getLogger("locust.runners")

_DISTRIBUTE_HINT = (
    "See https://docs.locust.io/en/stable/running-distributed.html "
    "for how to distribute the load over multiple CPU cores or machines"
)


class ExceptionDict(TypedDict):
    """One row of `Runner.exceptions`: an exception of the suite's own code, and how often it was raised."""

    count: int
    msg: str
    traceback: str
    nodes: set[str]


class Runner:
    """What all runners have in common: groups of greenlets, state, exceptions, shapes and messages."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        # What everybody outside Python knows of the run: keep it in step.
        self._run = _native.Run(environment.stats._native)
        self.user_greenlets: Group = UserGroup(self._run)
        self.greenlet = Group()
        self.state = runners.STATE_INIT
        self._run.set_state(runners.STATE_INIT)
        self.spawning_greenlet: Greenlet | None = None
        self.shape_greenlet: Greenlet | None = None
        self.shape_last_tick: tuple[Any, ...] | None = None
        self.current_cpu_usage = 0.0
        self.cpu_warning_emitted = False
        self.worker_cpu_warning_emitted = False
        self.current_memory_usage = 0
        self._exception_types: dict[int, str] = {}
        self._picked_classes: list[type[User]] | None = None
        self.exceptions = {}
        self.target_user_classes_count: dict[str, int] = {}
        self.target_user_count = 0
        self.custom_messages: dict[str, tuple[Callable[..., None], bool]] = {}
        self._users_dispatcher: UsersDispatcher | None = None
        self.connection_broken = False
        self.final_user_classes_count: dict[str, int] = {}
        self._users_died = 0
        self._stopping = Stopping(self)
        # `StopTest` is a way to end a test; its message is logged, a traceback would explain nothing.
        hub = gevent.get_hub()
        if StopTest not in hub.NOT_ERROR:
            hub.NOT_ERROR = (*hub.NOT_ERROR, StopTest)
        self._listener = RunListener(self)
        self._listener.start()
        # Else its import stands in the time of a call, or fails where users have taken the last open file.
        from rlocust._clients import requests_errors  # noqa: F401

        self._spawn(self.monitor_cpu_and_memory)
        self._listen()

    def _listen(self) -> None:
        """These listeners come after those that the locustfile registered while it was imported."""
        environment = self.environment

        def on_spawning_complete(user_count: int) -> None:
            self.update_state(runners.STATE_RUNNING)
            if environment.reset_stats:
                logger.info("Resetting stats\n")
                self.stats.reset_all()

        # The native clients know this listener by its type and, where it is alone, record past the event.
        environment.events.request.add_listener(_native.RequestListener(environment))
        _native.record_lag_in(environment.stats._native)
        environment.events.spawning_complete.add_listener(on_spawning_complete)

    def _spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Greenlet:
        """A greenlet of the runner, with its exceptions looked after."""
        greenlet = self.greenlet.spawn(function, *args, **kwargs)
        greenlet.link_exception(runners.locust_exception_handler(self.environment))
        return greenlet

    @property
    def user_classes(self) -> list[type[User]]:
        return self.environment.user_classes

    @property
    def user_classes_by_name(self) -> dict[str, type[User]]:
        return self.environment.user_classes_by_name

    @property
    def stats(self) -> RequestStats:
        return self.environment.stats

    @property
    def errors(self) -> dict[str, StatsError]:
        return self.stats.errors

    @property
    def user_count(self) -> int:
        """How many users run now."""
        return len(self.user_greenlets)

    @property
    def user_classes_count(self) -> dict[str, int]:
        """How many users of each class run now."""
        return self._count_running(user_class.__name__ for user_class in self.user_classes)

    def _count_running(self, classes: Iterable[str]) -> dict[str, int]:
        group = self.user_greenlets
        if isinstance(group, UserGroup):
            return {name: group.count_of(name) for name in classes}
        running = Counter(type(user).__name__ for user in self._users())
        return {name: running[name] for name in classes}

    @property
    def exceptions(self) -> dict[int, ExceptionDict]:
        """Exceptions of the suite's own code, by traceback."""
        return self._exceptions

    @exceptions.setter
    def exceptions(self, rows: dict[int, ExceptionDict]) -> None:
        self._exceptions = rows
        self._publish_exceptions()

    def _publish_exceptions(self) -> None:
        self._run.clear_exceptions()
        for key, row in self._exceptions.items():
            self._publish_exception(key, row)

    def _publish_exception(self, key: int, row: ExceptionDict) -> None:
        nodes, kind = ", ".join(row["nodes"]), self._exception_types.get(key, "")
        self._run.put_exception(str(key), int(row["count"]), str(row["msg"]), str(row["traceback"]), nodes, kind)

    def _note_exception_type(self, formatted_tb: str, name: str) -> None:
        """For the page: neither Locust's message nor its traceback says of which type an exception is."""
        if len(self._exception_types) < runners.MOST_EXCEPTIONS:
            self._exception_types[hash(formatted_tb)] = name

    def _users(self) -> Iterator[User]:
        for greenlet in self.user_greenlets:
            if greenlet.args:
                yield greenlet.args[0]
            else:
                # A greenlet that has ended forgets its arguments a moment before the group forgets it.
                logger.debug(
                    "ERROR: While calculating number of running users, we encountered a user "
                    "that didn't have proper args %s (user_greenlet.dead=%s)",
                    greenlet,
                    greenlet.dead,
                )

    def update_state(self, new_state: str) -> None:
        self.state = new_state
        self._run.set_state(new_state)

    def cpu_log_warning(self) -> bool:
        """Called at the end of a test; returns whether the CPU was too busy at some point."""
        if self.cpu_warning_emitted:
            logger.warning(f"CPU usage was too high at some point during the test! {_DISTRIBUTE_HINT}")
        return self.cpu_warning_emitted

    def spawn_users(self, user_classes_spawn_count: dict[str, int], wait: bool = False) -> list[User]:
        """Starts so many users of each class, at once, and returns them; `wait` waits until all users have ended."""
        if self.state in (runners.STATE_INIT, runners.STATE_STOPPED):
            self.update_state(runners.STATE_SPAWNING)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(
                f"Spawning additional {json.dumps(user_classes_spawn_count)} "
                f"({json.dumps(self.user_classes_count)} already running)..."
            )
        classes = self.user_classes_by_name
        users = []
        for name, count in user_classes_spawn_count.items():
            for _ in range(count):
                users.append(self._spawn_user(classes[name], name))
            logger.debug("%i users spawned", self.user_count)
            logger.debug("All users of class %s spawned", name)
        if wait:
            self.user_greenlets.join()
            logger.info("All users stopped\n")
        return users

    def _spawn_user(self, user_class: type[User], name: str) -> User:
        user = user_class(self.environment)
        assert hasattr(user, "environment"), (
            f"Attribute 'environment' is missing on user {name}. Perhaps you defined your own __init__ "
            "and forgot to call the base constructor? (super().__init__(*args, **kwargs))"
        )
        user.start(self.user_greenlets)
        return user

    def stop_users(self, user_classes_stop_count: dict[str, int]) -> None:
        """Stops so many users of each class, whichever; they get the environment's stop timeout to finish a task."""
        chosen = self._some_users(user_classes_stop_count)
        caller = getcurrent()
        others = [user for user in chosen if user._greenlet is not caller]
        end_users(others, self.user_greenlets, self.environment.stop_timeout, self._stopping.budget)
        if len(others) < len(chosen) and caller is not self._stopping.caller:
            # The caller is one of them: it goes on until it next gives way.
            caller.kill(block=False)
        logger.debug(
            "%g users have been stopped, %g still running", sum(user_classes_stop_count.values()), self.user_count
        )

    def _some_users(self, counts: dict[str, int]) -> list[User]:
        """At most so many users of each class."""
        group = self.user_greenlets
        if isinstance(group, UserGroup):
            return [user for name, count in counts.items() for user in group.some_of(name, max(0, count))]
        left = Counter(counts)
        chosen = []
        for user in self._users():
            name = type(user).__name__
            if left[name] > 0:
                left[name] -= 1
                chosen.append(user)
        return chosen

    def monitor_cpu_and_memory(self) -> NoReturn:
        """Watches the thread that runs the locustfile: it is the one that can become the bottleneck.

        The I/O threads may use as much CPU as they like, so the process as a whole says nothing.
        """
        seen_at, used = time.perf_counter(), time.thread_time()
        while True:
            gevent.sleep(runners.CPU_MONITOR_INTERVAL)
            now, used_now = time.perf_counter(), time.thread_time()
            self.current_cpu_usage = 100.0 * (used_now - used) / max(now - seen_at, 1e-9)
            seen_at, used = now, used_now
            with contextlib.suppress(OSError):  # no file may be open beside those of users
                self.current_memory_usage = resident_memory()
            self._report_usage()

    def _report_usage(self) -> None:
        events = self.environment.events
        cpu_usage = self.current_cpu_usage
        events.usage_monitor.fire(
            environment=self.environment, cpu_usage=cpu_usage, memory_usage=self.current_memory_usage
        )
        if cpu_usage <= runners.CPU_WARNING_THRESHOLD:
            return
        events.cpu_warning.fire(environment=self.environment, cpu_usage=cpu_usage)
        if not self.cpu_warning_emitted:
            logging.warning(
                f"CPU usage above {runners.CPU_WARNING_THRESHOLD}%! This may constrain your throughput and may even "
                f"give inconsistent response time measurements! {_DISTRIBUTE_HINT}"
            )
            self.cpu_warning_emitted = True

    def start(
        self, user_count: int, spawn_rate: float, wait: bool = False, user_classes: list[type[User]] | None = None
    ) -> None:
        """Ramps up or down to `user_count` users, `spawn_rate` users a second."""
        raise NotImplementedError

    def send_message(self, msg_type: str, data: Any = None, client_id: str | None = None) -> None:
        """Sends a message to the other nodes, which must have registered its type."""
        raise NotImplementedError

    def start_shape(self) -> None:
        """Starts to follow the environment's load shape."""
        if self.shape_greenlet:
            logger.info("There is an ongoing shape test running. Editing is disabled")
            return
        logger.info("Shape test starting.")
        self.update_state(runners.STATE_INIT)
        assert self.environment.shape_class is not None, "there is no load shape to follow"
        self.environment.shape_class.reset_time()
        self.shape_greenlet = self._spawn(self.shape_worker)

    def shape_worker(self) -> None:
        """Asks the shape about once a second, and ramps whenever its answer has changed."""
        logger.info("Shape worker starting")
        shape = self.environment.shape_class
        assert shape is not None
        while self.state in (runners.STATE_INIT, runners.STATE_SPAWNING, runners.STATE_RUNNING):
            asked_at = time.perf_counter()
            tick = shape.tick()
            if tick is None:
                logger.info("Shape test stopping")
                runners._end_test(self.environment)
                if self.shape_greenlet is getcurrent():
                    self.shape_greenlet = self.shape_last_tick = None  # somebody else had stopped the test before
                return
            if tick != self.shape_last_tick:
                self._follow(tick)
                self.shape_last_tick = tick
            gevent.sleep(max(0.0, 1.0 - (time.perf_counter() - asked_at)))

    def _follow(self, tick: tuple[Any, ...]) -> None:
        user_count, spawn_rate, user_classes = tick if len(tick) != 2 else (*tick, None)
        logger.info(f"Shape test updating to {math.trunc(user_count)} users at {spawn_rate:.2f} spawn rate")
        self.start(user_count=user_count, spawn_rate=spawn_rate, user_classes=user_classes)

    def stop(self) -> None:
        """Stops the test and waits until its users have ended. A second caller waits for the first one."""
        if self.state == runners.STATE_STOPPED:
            return
        if self._stopping.is_under_way:
            self._stopping.wait()
            return
        if logger.isEnabledFor(logging.DEBUG):
            caller = inspect.stack()[1]
            logger.debug(f"Stopping all users (called from {caller.filename}:{caller.lineno})")
        self._stopping.stop_test()

    def _begin_test(self) -> None:
        """Forgets the test before, and tells everybody that one starts."""
        self.stats.clear_all()
        self.exceptions = {}
        _tracebacks.begin_anew()
        self._run.test_started()
        self.cpu_warning_emitted = False
        self.worker_cpu_warning_emitted = False
        self._users_died = 0
        self.environment._filter_tasks_by_tags()
        for line in self._advice():
            logger.warning(line)
        self.environment.events.test_start.fire(environment=self.environment)

    def _advice(self) -> Iterator[str]:
        """What to say about the suite when a test begins."""
        return advice.about_tasks(self.user_classes)

    def _set_host(self) -> None:
        if self.environment.host:
            for user_class in self.user_classes:
                user_class.host = self.environment.host

    def _classes_to_dispatch(self, given: list[type[User]] | None) -> list[type[User]] | None:
        """The given ones, or those that the class picker has changed; None leaves the dispatcher its order."""
        before, self._picked_classes = self._picked_classes, list(self.user_classes)
        is_same = before in (None, self._picked_classes)
        return given if given is not None or is_same else self._picked_classes

    def _difference(self, target: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
        """What to spawn and what to stop. Users that ended on their own during a ramp are made up for here."""
        # The class picker may have taken away a class whose users still run.
        running = {**self._count_running(target), **self.user_classes_count}
        to_spawn = {name: count - running[name] for name, count in target.items() if count > running[name]}
        to_stop = {name: running[name] - count for name, count in target.items() if count < running[name]}
        return to_spawn, to_stop

    def _test_stopped(self) -> None:
        """Called when the users have ended and the state says so."""
        self.environment.events.test_stop.fire(environment=self.environment)

    def quit(self) -> None:
        """Stops the test and everything the runner does. The caller ends here if it belongs to either."""
        self.stop()
        self._stopping.end_greenlets()

    def log_exception(self, node_id: str, msg: str, formatted_tb: str) -> None:
        """Counts an exception of the suite's code; equal tracebacks are one row."""
        key = hash(formatted_tb)
        if key not in self.exceptions and len(self.exceptions) >= runners.MOST_EXCEPTIONS:
            others = f"more than {runners.MOST_EXCEPTIONS} different exceptions: the others are counted here"
            key, msg, formatted_tb = 0, others, ""
        row = self.exceptions.setdefault(key, {"count": 0, "msg": msg, "traceback": formatted_tb, "nodes": set()})
        row["count"] += 1
        row["nodes"].add(node_id)
        self._publish_exception(key, row)

    def register_message(self, msg_type: str, listener: Callable[..., None], concurrent: bool = False) -> None:
        """Has `listener(environment=…, msg=…)` called for messages of this type.

        With `concurrent`, messages from other nodes are handled in a greenlet of their own.
        """
        if msg_type in self.custom_messages:
            raise Exception(f"Tried to register listener method for {msg_type}, but it already had a listener!")
        self.custom_messages[msg_type] = (listener, concurrent)
