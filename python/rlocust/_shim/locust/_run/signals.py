"""SIGINT and SIGTERM during a run. Not a module of Locust's: there gevent and Python's own KeyboardInterrupt do this.

The first signal asks for an orderly end: it wakes the run. If the run does not wake, because a task computes and lets
nothing else run, the task is interrupted by KeyboardInterrupt; an impatient second signal does the same. From then on
`shutdown_watchdog` interrupts whatever outlasts its grace period. If something ignores that, the guard saves the files
and ends the process. A second signal during the orderly end gives it up: files are saved, exit code 1. A third one ends
the process at once.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NoReturn

import gevent
from gevent import monkey

from .. import runners
from ..input_events import restore_terminal
from .budget import (
    FOR_LISTENERS,
    FOR_NATIVE_CODE,
    FOR_STUBBORN_ONES,
    FOR_THE_SCRIPT,
    TO_THE_END,
    Budget,
    ShutdownKilled,
)
from .shutdown_watchdog import ShutdownWatchdog, listener_in, place_in
from .user_group import UserGroup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from rlocust import _native

    from ..runners import Runner
    from .next_turn import Flag

#: The exit code when a second signal comes while the first is being obeyed.
IMPATIENT = 1
#: Seconds that one greenlet may keep the thread once a signal asked for the end.
PATIENCE = 1.0
#: Seconds between two signs of life of the hub, and between two looks for them.
BEAT = 0.05
#: Seconds from a second signal to the end of the process, where the script swallows what is raised.
FOR_GIVING_UP = 1.0


class Signals:
    """Plain Python handlers, so that signals are heard even while a task keeps the thread busy.

    A handler may interrupt any line, and greenlets must not be switched there: it pokes the loop, or it raises. gevent
    hands KeyboardInterrupt and SystemExit from whichever greenlet to the main one, where the run waits.
    """

    def __init__(self, ended: Flag, runner: Runner) -> None:
        self.received: int | None = None
        self.is_obeyed = False
        self._runner = runner
        self.watchdog = ShutdownWatchdog(self)
        self._is_poke = self._has_insisted = False
        self._given_up_at: float | None = None
        self._beaten_at = self._obeyed_at = 0.0
        self._guard: _native.EndGuard | None = None
        self._main = gevent.getcurrent()
        loop = gevent.get_hub().loop
        self._wake = loop.async_()
        self._wake.start(ended.set)
        self._pulse = loop.timer(BEAT, BEAT, ref=False)

    def listen(self, guard: _native.EndGuard) -> None:
        self._guard = guard
        # A locustfile that handles SIGINT itself, and a shell that made it ignored, keep it that way.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)

    def obey(self) -> None:
        """The run is awake: from now on only what has no time left is broken, lest it keep the run from ending."""
        self.is_obeyed = True
        self._obeyed_at = self._beaten_at = time.monotonic()
        self._pulse.start(self._beat)

    def time_for(self, seconds: float) -> float:
        """How many of these seconds are left, once a signal asked for the end."""
        return seconds if self._budget is None else self._budget.left_for(seconds)

    def descriptions_of_broken(self) -> Iterator[str]:
        """A line for each kind of what was broken, or not called, since it was asked last."""
        yield from self.watchdog.descriptions_of_broken()
        if self._budget is not None and (line := self._budget.description_of_missing_on_stops()):
            yield line

    @property
    def _budget(self) -> Budget | None:
        return self._runner._stopping.budget

    def _beat(self) -> None:
        """What waits, and will not end by itself in time, is broken by the loop."""
        self._beaten_at = time.monotonic()
        if self.is_over():
            self._leave(self._place_that_waits())
        if not self.is_listeners_time_over():
            return
        # Until the stop has come to the users they are not in the way; in the end they are left.
        is_stop_there = self._runner.state in (runners.STATE_CLEANUP, runners.STATE_STOPPED)
        users = self._runner.user_greenlets if is_stop_there and self.time_to_last_break() else ()
        for greenlet in [*self._enders(), *users]:
            error = self.watchdog.error_for(greenlet, greenlet.gr_frame) if greenlet else None
            if error is not None:
                greenlet.throw(error)

    def _enders(self) -> list[Any]:
        """The greenlets that end the run."""
        return [greenlet for greenlet in (self._main, self._runner._stopping.caller) if greenlet]

    def _place_that_waits(self) -> str | None:
        runner = self._runner
        waiting = [*self._enders(), *runner.greenlet, *runner.user_greenlets]
        return next(filter(None, (place_in(greenlet.gr_frame) for greenlet in waiting)), None)

    def is_user(self, greenlet: Any) -> bool:
        return greenlet in self._runner.user_greenlets

    def ends_the_run(self, greenlet: Any) -> bool:
        return greenlet in self._enders()

    def is_listener_under_way(self) -> bool:
        return any(listener_in(greenlet.gr_frame) for greenlet in self._enders())

    def is_users_time_over(self) -> bool:
        """Whether a task should have come to its end."""
        return self._budget is not None and time.monotonic() >= self._obeyed_at + self._budget.stop_timeout

    def is_listeners_time_over(self) -> bool:
        """Whether also `on_stop` methods and listeners of events should have."""
        return self._budget is not None and self._budget.left_to(FOR_LISTENERS) == 0

    def time_to_last_break(self) -> float:
        """Seconds until even a listener that swallows exceptions should have."""
        return self._budget.left_to(FOR_STUBBORN_ONES) if self._budget else 0.0

    def is_over(self) -> bool:
        """Whether nobody has any time left."""
        if self._given_up_at is not None and time.monotonic() >= self._given_up_at + FOR_GIVING_UP:
            return True
        return self._budget is not None and self._budget.left_to(FOR_THE_SCRIPT) == 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        is_poke, self._is_poke = self._is_poke, False
        if self.received is None:
            self._begin_the_end(number)
        elif self.is_over():
            self._leave(place_in(frame) or self._place_that_waits())
        elif not is_poke and (self.is_obeyed or self._has_insisted):
            self._give_up()
        elif not self.is_obeyed:
            self._has_insisted |= not is_poke
            raise KeyboardInterrupt
        elif error := self.watchdog.error_for(gevent.getcurrent(), frame):
            raise error

    def _begin_the_end(self, number: int) -> None:
        self.received = number
        self._beaten_at = time.monotonic()
        # The users' stop timeout runs from the stop on, which may come after listeners.
        budget = self._runner._stopping.budget = Budget(float(self._runner.environment.stop_timeout or 0))
        users = self._runner.user_greenlets
        if isinstance(users, UserGroup):
            users.lets_users_begin = False
        hub = gevent.get_hub()
        hub.NOT_ERROR = (*hub.NOT_ERROR, ShutdownKilled)
        if self._guard is not None:
            self._guard.asked(budget.left_to(FOR_NATIVE_CODE))
        self._wake.send()
        # A thread of the system, not of gevent's: those stand still together with the busy task.
        has_begun = monkey.get_original("_thread", "allocate_lock")()
        has_begun.acquire()
        monkey.get_original("_thread", "start_new_thread")(self._insist, (number, thread_id(), has_begun))
        # A run that ends at once must not take the interpreter from a thread that is still beginning: CPython 3.11 then
        # reads what it has freed.
        has_begun.acquire(True, PATIENCE)

    def _insist(self, number: int, thread: int, has_begun: Any) -> None:
        """In a thread of its own: sends the signal once more for every `PATIENCE` without a sign of life; sooner when
        nobody has time left."""
        has_begun.release()
        sleep: Any = monkey.get_original("time", "sleep")
        while True:
            sleep(BEAT)
            patience = BEAT if self.is_listeners_time_over() or self.is_over() else PATIENCE
            if time.monotonic() - self._beaten_at > patience:
                self._beaten_at = time.monotonic()
                self._is_poke = True
                poke(thread, number)

    def _give_up(self) -> None:
        if self.is_given_up:
            leave_at_once()
        self._given_up_at = time.monotonic()
        raise SystemExit(IMPATIENT)

    @property
    def is_given_up(self) -> bool:
        """Whether a second signal has come while the first was obeyed."""
        return self._given_up_at is not None

    def _leave(self, place: str | None) -> None:
        """Ends the process from wherever it stands, unless its files are being written."""
        if self._guard is None or self._budget is None:
            return
        when = f"{self._budget.stop_timeout + TO_THE_END:.0f} s after the signal"
        if self.is_given_up:
            when = f"{FOR_GIVING_UP:.0f} s after the second signal"
        why = f"the locustfile has blocked the shutdown for {when}, in {place or 'code of others'}"
        tidy_up()
        self._guard.leave(why, IMPATIENT if self.is_given_up else self.watchdog.exit_code)


def thread_id() -> int:
    """What the system calls this thread; gevent's own answer is the greenlet."""
    return int(monkey.get_original("_thread", "get_ident")())


def poke(thread: int, number: int) -> None:
    """Send a signal to a thread: a real one where that can be done, for it also ends a call that blocks."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, number)
    else:
        _thread.interrupt_main(signal.Signals(number))


def leave_at_once() -> NoReturn:
    tidy_up()
    os._exit(IMPATIENT)


def tidy_up() -> None:
    """What Python does at its end, and the system does not."""
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    restore_terminal()
