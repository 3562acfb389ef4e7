"""What keeps a run from ending after a signal, and the exception that breaks it: tasks and what the suite has spawned
first, then its `on_stop` methods and listeners. A listener that swallows it and goes on ends the run. What is ours is
left alone.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gevent import GreenletExit

from ..event import EventHook
from .budget import ShutdownKilled, counted

if TYPE_CHECKING:
    from types import FrameType

#: The exit code of a run that a listener kept from ending in order.
NOT_ENDED = 2
#: Packages whose code is no suite's; and where to look past for what a suite is doing.
_OURS = ("gevent", "locust", "rlocust")
_NOT_THE_SUITES = (*sys.stdlib_module_names, *_OURS)
#: Called by an event beside its listeners.
_NO_LISTENERS = ("logging", "traceback")
#: What each that is under way when the time is over, or begins later, still gets of what is left.
SHARE = 0.25


class ShutdownTimeout(Exception):
    """Raised in a listener that goes on although the process has to end; the event logs it and asks the next one."""


class Times(Protocol):
    """Who may still go on."""

    def is_user(self, greenlet: Any) -> bool: ...

    def ends_the_run(self, greenlet: Any) -> bool: ...

    def is_listener_under_way(self) -> bool: ...

    def is_users_time_over(self) -> bool: ...

    def is_listeners_time_over(self) -> bool: ...

    def time_to_last_break(self) -> float: ...


@dataclass
class Turn:
    """One listener, `on_stop` or (without a frame) task, and until when it may go on."""

    frame: FrameType | None
    until: float
    is_broken: bool = False


class ShutdownWatchdog:
    """Interrupts listeners, `on_stop` methods and greenlets that outlast the shutdown grace period."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._turns: dict[Any, Turn] = {}
        self._broken_on_stops: dict[Any, str] = {}
        self._broken_others: Counter[str] = Counter()
        #: Of a run that a listener keeps from ending in order.
        self.exit_code = NOT_ENDED

    def error_for(self, greenlet: Any, frame: FrameType | None) -> BaseException | None:
        """What to raise in a greenlet that stands in this frame; None if it may go on."""
        if not self._times.is_users_time_over():
            return None
        if self._times.is_user(greenlet):
            return self._error_for_user(greenlet, _on_stop(frame))
        listener = listener_in(frame)
        if listener is None:
            return self._error_for_other(greenlet, frame)
        turn = self._turn_that_is_over(greenlet, listener)
        if turn is None:
            return None
        if not turn.is_broken:  # once, for what it cleans up takes a moment
            turn.is_broken = True
            return ShutdownTimeout("listener interrupted, the shutdown grace period is over")
        # Files are saved, as wherever a suite calls `sys.exit`.
        return None if self._times.time_to_last_break() else SystemExit(self.exit_code)

    def descriptions_of_broken(self) -> Iterator[str]:
        """A line of which `on_stop` methods were broken since it was asked last, in how many users; and one of what
        the suite had spawned."""
        why = "Interrupted during shutdown"
        if names := counted(Counter(self._broken_on_stops.values())):
            yield f"{why}, the time for `on_stop` is over: {names}"
        if names := counted(self._broken_others):
            yield f"{why}, these greenlets of the locustfile kept the thread busy: {names}"
        self._broken_on_stops.clear()
        self._broken_others.clear()

    def _error_for_user(self, greenlet: Any, on_stop: FrameType | None) -> BaseException | None:
        if on_stop is None and not self._times.is_listeners_time_over():
            return GreenletExit()
        # Whom the stop ends in this very turn of the loop must not be ended twice: that would hit its `on_stop`.
        if self._turn_that_is_over(greenlet, on_stop) is None:
            return None
        if on_stop is not None:
            self._broken_on_stops[greenlet] = on_stop.f_code.co_qualname
        return GreenletExit() if self._times.time_to_last_break() else ShutdownKilled()

    def _error_for_other(self, greenlet: Any, frame: FrameType | None) -> BaseException | None:
        """What the suite has spawned itself may go on as long as tasks; longer only if a listener may wait for it."""
        outermost = _outermost(frame)
        if outermost is None or _is_in(outermost, _OURS) or self._times.ends_the_run(greenlet):
            return None
        if self._times.is_listener_under_way() and not self._times.is_listeners_time_over():
            return None
        self._broken_others[outermost.f_code.co_qualname] += 1
        return GreenletExit()

    def _turn_that_is_over(self, greenlet: Any, frame: FrameType | None) -> Turn | None:
        """One that begins late has not had the time that those before it took: it gets a share of what is left."""
        if not self._times.is_listeners_time_over():
            return None
        turn = self._turns.get(greenlet)
        if turn is None or turn.frame is not frame:
            until = time.monotonic() + SHARE * self._times.time_to_last_break()
            self._turns[greenlet] = Turn(frame, until)
            return None
        return turn if time.monotonic() >= turn.until else None


def _on_stop(frame: FrameType | None) -> FrameType | None:
    return next((each for each in _callers(frame) if each.f_code.co_name == "on_stop"), None)


def listener_in(frame: FrameType | None) -> FrameType | None:
    """The innermost one, if an event calls one of the suite's."""
    fire = EventHook.fire.__code__
    for each in _callers(frame):
        if (
            each.f_back is not None
            and each.f_back.f_code is fire
            and each.f_globals.get("__name__") not in _NO_LISTENERS
        ):
            return each
    return None


def place_in(frame: FrameType | None) -> str | None:
    """What of the suite's own is running in this frame."""
    frames = list(_callers(frame))
    own = next((each for each in frames if not _is_in(each, _NOT_THE_SUITES)), None)
    if own is None:
        return None
    return f"`{own.f_code.co_qualname}` ({os.path.basename(own.f_code.co_filename)}:{own.f_lineno})"


def _outermost(frame: FrameType | None) -> FrameType | None:
    """Where a greenlet, or a callback of the loop, began."""
    began = None
    for each in _callers(frame):
        if not _is_in(each, ("gevent",)):
            began = each
    return began


def _is_in(frame: FrameType, packages: Iterable[str]) -> bool:
    return str(frame.f_globals.get("__name__")).split(".")[0] in packages


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
