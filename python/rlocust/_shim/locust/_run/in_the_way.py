"""What keeps a run from ending after a signal, and the exception that breaks it: tasks first, then the suite's
`on_stop` methods and listeners. A listener that swallows it and goes on ends the run. What is ours is left alone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gevent import GreenletExit

from ..event import EventHook

if TYPE_CHECKING:
    from types import FrameType

#: The exit code of a run that a listener kept from ending in order.
NOT_ENDED = 2
#: Called by an event beside its listeners.
_NO_LISTENERS = ("logging", "traceback")
#: What each that is under way when the time is over, or begins later, still gets of what is left.
SHARE = 0.25


class OutOfTime(Exception):
    """Raised in a listener that goes on although the process has to end; the event logs it and asks the next one."""


class Times(Protocol):
    """Who may still go on."""

    def is_user(self, greenlet: Any) -> bool: ...

    def is_users_time_over(self) -> bool: ...

    def is_listeners_time_over(self) -> bool: ...

    def time_to_last_break(self) -> float: ...


@dataclass
class Turn:
    """One listener, `on_stop` or (without a frame) task, and until when it may go on."""

    frame: FrameType | None
    until: float
    is_broken: bool = False


class Breaker:
    """Breaks what takes too long."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._turns: dict[Any, Turn] = {}
        self._broken_on_stops: dict[Any, str] = {}

    def error_for(self, greenlet: Any, frame: FrameType | None) -> BaseException | None:
        """What to raise in a greenlet that stands in this frame; None if it may go on."""
        if not self._times.is_users_time_over():
            return None
        if self._times.is_user(greenlet):
            return self._error_for_user(greenlet, _on_stop(frame))
        listener = _listener(frame)
        turn = None if listener is None else self._turn_that_is_over(greenlet, listener)
        if turn is None:
            return None
        if not turn.is_broken:  # once, for what it cleans up takes a moment
            turn.is_broken = True
            return OutOfTime("a signal asked for the end, and the time for listeners is over")
        # Files are saved, as wherever a suite calls `sys.exit`.
        return None if self._times.time_to_last_break() else SystemExit(NOT_ENDED)

    def description_of_broken_on_stops(self) -> str | None:
        """A line of which methods were broken since it was asked last, and in how many users."""
        if not self._broken_on_stops:
            return None
        counts = sorted(Counter(self._broken_on_stops.values()).items())
        self._broken_on_stops.clear()
        names = ", ".join(f"{name} ({count})" for name, count in counts)
        return f"Broken, because a signal asked for the end, and the time for `on_stop` is over: {names}"

    def _error_for_user(self, greenlet: Any, on_stop: FrameType | None) -> BaseException | None:
        if on_stop is None and not self._times.is_listeners_time_over():
            return GreenletExit()
        # Whom the stop ends in this very turn of the loop must not be ended twice: that would hit its `on_stop`.
        if self._turn_that_is_over(greenlet, on_stop) is None:
            return None
        if on_stop is not None:
            self._broken_on_stops[greenlet] = on_stop.f_code.co_qualname
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


def _listener(frame: FrameType | None) -> FrameType | None:
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


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
