"""SIGINT and SIGTERM during a run. Not a module of Locust's: there gevent and Python's own KeyboardInterrupt do this.

The first signal asks for an orderly end: it wakes the run. Where the run does not wake, because a task computes
and lets nobody else run, the task is broken by KeyboardInterrupt; so is it by an impatient second signal. From then on
whatever takes longer than it may is broken, see `in_the_way`. A signal that comes while the orderly end is under way
gives it up: files are saved, exit code 1. One more ends the process at once.
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
from .in_the_way import Breaker

if TYPE_CHECKING:
    from types import FrameType

    from ..runners import Runner
    from .next_turn import Flag

#: The exit code when a second signal comes while the first is being obeyed.
IMPATIENT = 1
#: Seconds that one greenlet may keep the thread once a signal asked for the end.
PATIENCE = 1.0
#: Seconds between two signs of life of the hub, and between two looks for them.
BEAT = 0.05
#: Seconds from a signal to the end of the process, beside the stop timeout.
TO_THE_END = 5.0
#: Of these, the seconds that the suite's listeners and `on_stop` methods may take together, and those after which a
#: listener that was broken and goes on ends the run out of order. The rest is for saving the files.
FOR_LISTENERS = 3.5
FOR_STUBBORN_ONES = 4.0
#: Seconds that saving gets in any case.
FOR_SAVING = 0.3


class Signals:
    """Plain Python handlers, so that signals are heard even while a task keeps the thread busy.

    A handler may interrupt any line, and greenlets must not be switched there: it pokes the loop, or it raises. gevent
    hands KeyboardInterrupt and SystemExit from whichever greenlet to the main one, where the run waits.
    """

    def __init__(self, ended: Flag, runner: Runner) -> None:
        self.received: int | None = None
        self.is_obeyed = False
        self.is_given_up = False
        self._runner = runner
        self.breaker = Breaker(self)
        self._is_poke = False
        self._received_at = self._beaten_at = self._obeyed_at = 0.0
        self._main = gevent.getcurrent()
        loop = gevent.get_hub().loop
        self._wake = loop.async_()
        self._wake.start(ended.set)
        self._pulse = loop.timer(BEAT, BEAT, ref=False)

    def listen(self) -> None:
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
        if self.received is None:
            return seconds
        return max(FOR_SAVING, min(seconds, self._seconds_to(TO_THE_END - 1.0)))

    @property
    def _stop_timeout(self) -> float:
        return float(self._runner.environment.stop_timeout or 0)

    def _beat(self) -> None:
        """What waits, and will not end by itself in time, is broken by the loop."""
        self._beaten_at = time.monotonic()
        if not self.is_listeners_time_over():
            return
        # Until the stop has come to the users they are not in the way.
        is_stop_there = self._runner.state in (runners.STATE_CLEANUP, runners.STATE_STOPPED)
        users = self._runner.user_greenlets if is_stop_there else ()
        for greenlet in [self._main, self._runner._stopping.caller, *users]:
            error = self.breaker.error_for(greenlet, greenlet.gr_frame) if greenlet else None
            if error is not None:
                greenlet.throw(error)

    def is_user(self, greenlet: Any) -> bool:
        return greenlet in self._runner.user_greenlets

    def is_users_time_over(self) -> bool:
        """Whether a task should have come to its end."""
        return time.monotonic() >= self._obeyed_at + self._stop_timeout

    def is_listeners_time_over(self) -> bool:
        """Whether also `on_stop` methods and listeners of events should have."""
        return self.received is not None and self._seconds_to(FOR_LISTENERS) == 0

    def time_to_last_break(self) -> float:
        """Seconds until even a listener that swallows exceptions should have."""
        return self._seconds_to(FOR_STUBBORN_ONES)

    def _seconds_to(self, seconds: float) -> float:
        return max(0.0, self._received_at + self._stop_timeout + seconds - time.monotonic())

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        is_poke, self._is_poke = self._is_poke, False
        if self.received is None:
            self.received = number
            self._received_at = self._beaten_at = time.monotonic()
            # The users' stop timeout runs from the stop on, which may come after listeners.
            self._runner._stopping.deadline = self._received_at + self._stop_timeout + FOR_LISTENERS
            self._wake.send()
            # A thread of the system, not of gevent's: those stand still together with the busy task.
            monkey.get_original("_thread", "start_new_thread")(self._insist, (number, thread_id()))
        elif not self.is_obeyed:
            raise KeyboardInterrupt
        elif not is_poke:
            self._give_up()
        elif error := self.breaker.error_for(gevent.getcurrent(), frame):
            raise error

    def _insist(self, number: int, thread: int) -> None:
        """In a thread of its own: sends the signal once more for every `PATIENCE` without a sign of life; sooner when
        nobody has time left."""
        sleep: Any = monkey.get_original("time", "sleep")
        while True:
            sleep(BEAT)
            patience = BEAT if self.is_listeners_time_over() else PATIENCE
            if time.monotonic() - self._beaten_at > patience:
                self._beaten_at = time.monotonic()
                self._is_poke = True
                poke(thread, number)

    def _give_up(self) -> None:
        if self.is_given_up:
            leave_at_once()
        self.is_given_up = True
        raise SystemExit(IMPATIENT)


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
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    with contextlib.suppress(Exception):
        sys.stderr.flush()
    restore_terminal()
    os._exit(IMPATIENT)
