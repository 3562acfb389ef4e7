"""What keeps a run from ending after a signal, and the exception that breaks it: tasks first, then the suite's
`on_stop` methods and listeners. A listener that swallows it is the end of the run. What is ours is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from gevent import GreenletExit

from ..event import EventHook

if TYPE_CHECKING:
    from types import FrameType

#: The exit code of a run that a listener kept from ending in order.
NOT_ENDED = 2
#: Called by an event beside its listeners.
_NO_LISTENERS = ("logging", "traceback")


class OutOfTime(Exception):
    """Raised in a listener that goes on although the process has to end; the event logs it and asks the next one."""


class Times(Protocol):
    """Who may still go on."""

    def is_user(self, greenlet: Any) -> bool: ...

    def is_users_time_over(self) -> bool: ...

    def is_listeners_time_over(self) -> bool: ...

    def is_last_time_over(self) -> bool: ...


def broken_by(greenlet: Any, frame: FrameType | None, times: Times) -> BaseException | None:
    """What to raise in a greenlet that stands in this frame; None if it may go on."""
    if not times.is_users_time_over():
        return None
    if times.is_user(greenlet):
        is_over = times.is_listeners_time_over() or not _is_in_on_stop(frame)
        return GreenletExit() if is_over else None
    if times.is_listeners_time_over() and _is_in_listener(frame):
        if times.is_last_time_over():
            return SystemExit(NOT_ENDED)  # files are saved, as wherever a suite calls `sys.exit`
        return OutOfTime("a signal asked for the end, and the time for listeners is over")
    return None


def _is_in_on_stop(frame: FrameType | None) -> bool:
    return any(each.f_code.co_name == "on_stop" for each in _callers(frame))


def _is_in_listener(frame: FrameType | None) -> bool:
    fire = EventHook.fire.__code__
    return any(
        each.f_back is not None and each.f_back.f_code is fire and each.f_globals.get("__name__") not in _NO_LISTENERS
        for each in _callers(frame)
    )


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
