"""How long everything may take from a signal to the end of the process: one budget, of which each part gets a share.
Not a module of Locust's.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from gevent import GreenletExit

#: Seconds from a signal to the end of the process, beside the stop timeout.
TO_THE_END = 5.0
#: Of these, the seconds that the suite's listeners and `on_stop` methods may take together, and those after which
#: nobody is waited for, no `on_stop` begins, and a listener that was broken and goes on ends the run out of order.
FOR_LISTENERS = 3.5
FOR_STUBBORN_ONES = 4.0
#: Those after which the process is ended from where it stands; what native code keeps is, a moment later.
FOR_THE_SCRIPT = 4.6
FOR_NATIVE_CODE = 4.8
#: Seconds that saving gets in any case.
FOR_SAVING = 0.3


class ShutdownKilled(BaseException):
    """Ends a user for whose `on_stop` no time is left: neither it nor its task sets have theirs called."""


class Budget:
    """The time from one signal on."""

    def __init__(self, stop_timeout: float) -> None:
        self.stop_timeout = stop_timeout
        self._received_at = time.monotonic()
        self._ended_without_on_stop: Counter[str] = Counter()

    def left_to(self, share: float) -> float:
        """Seconds until this share is used up."""
        return max(0.0, self._received_at + self.stop_timeout + share - time.monotonic())

    def left_for(self, seconds: float) -> float:
        """How many of these seconds what is ours may take, so that the files are written in time."""
        return max(FOR_SAVING, min(seconds, self.left_to(FOR_STUBBORN_ONES)))

    def exit_of(self, greenlet: Any) -> type[BaseException]:
        """What ends this user's greenlet."""
        if self.left_to(FOR_STUBBORN_ONES):
            return GreenletExit
        name = _name_of_on_stop(greenlet)
        if name is not None:
            self._ended_without_on_stop[name] += 1
        return ShutdownKilled

    def description_of_missing_on_stops(self) -> str | None:
        """A line of which methods were not called since it was asked last, and in how many users."""
        if not self._ended_without_on_stop:
            return None
        names = counted(self._ended_without_on_stop)
        self._ended_without_on_stop.clear()
        return f"Not called during shutdown, the time for `on_stop` is over: {names}"


def counted(names: Counter[str]) -> str:
    """Each name with its number."""
    return ", ".join(f"{name} ({count})" for name, count in sorted(names.items()))


def _name_of_on_stop(greenlet: Any) -> str | None:
    """The suite's own method, if the user has one."""
    arguments = getattr(greenlet, "args", None)
    method = getattr(type(arguments[0]), "on_stop", None) if arguments else None
    if method is None or getattr(method, "__module__", "").split(".")[0] == "locust":
        return None
    return str(getattr(method, "__qualname__", method))
