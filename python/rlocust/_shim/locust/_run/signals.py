"""SIGINT and SIGTERM during a run. Not a module of Locust's: there gevent and Python's own KeyboardInterrupt do this.

The first signal asks for an orderly end: it wakes the run. Where the run does not wake, because a task computes
and lets nobody else run, the task is broken by KeyboardInterrupt; so is it by an impatient second signal. A signal that
comes while the orderly end is under way gives it up: files are saved, exit code 1. One more ends the process at once.
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

from ..input_events import restore_terminal

if TYPE_CHECKING:
    from types import FrameType

    from gevent.event import Event

    from ..runners import Runner

#: The exit code when a second signal comes while the first is being obeyed.
IMPATIENT = 1
#: Seconds that one greenlet may keep the thread once a signal asked for the end.
PATIENCE = 1.0
#: Seconds between two signs of life of the hub, and between two looks for them.
BEAT = 0.2


class Signals:
    """Plain Python handlers, so that signals are heard even while a task keeps the thread busy.

    A handler may interrupt any line, and greenlets must not be switched there: it pokes the loop, or it raises. gevent
    hands KeyboardInterrupt and SystemExit from whichever greenlet to the main one, where the run waits.
    """

    def __init__(self, ended: Event, runner: Runner) -> None:
        self.received: int | None = None
        self.is_obeyed = False
        self.is_given_up = False
        self._runner = runner
        self._is_poke = False
        self._beaten_at = self._obeyed_at = 0.0
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
        """The run is awake: from now on only users that compute on are broken, lest they keep it from ending."""
        self.is_obeyed = True
        self._obeyed_at = self._beaten_at = time.monotonic()
        self._pulse.start(self._beat)

    def _beat(self) -> None:
        self._beaten_at = time.monotonic()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        is_poke, self._is_poke = self._is_poke, False
        if self.received is None:
            self.received = number
            self._beaten_at = time.monotonic()
            self._wake.send()
            # A thread of the system, not of gevent's: those stand still together with the busy task.
            monkey.get_original("_thread", "start_new_thread")(self._insist, (number, thread_id()))
        elif not self.is_obeyed:
            raise KeyboardInterrupt
        elif not is_poke:
            self._give_up()
        elif self._is_in_the_way(frame):
            raise gevent.GreenletExit

    def _insist(self, number: int, thread: int) -> None:
        """In a thread of its own: sends the signal once more for every `PATIENCE` without a sign of life."""
        sleep: Any = monkey.get_original("time", "sleep")
        while True:
            sleep(BEAT)
            if time.monotonic() - self._beaten_at > PATIENCE:
                self._beaten_at = time.monotonic()
                self._is_poke = True
                poke(thread, number)

    def _is_in_the_way(self, frame: FrameType | None) -> bool:
        """Whether what runs now is a user in a task that has no time left; `on_stop` and listeners may take theirs."""
        if gevent.getcurrent() not in self._runner.user_greenlets:
            return False
        if time.monotonic() < self._obeyed_at + (self._runner.environment.stop_timeout or 0):
            return False
        while frame is not None and frame.f_code.co_name != "on_stop":
            frame = frame.f_back
        return frame is None

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
