"""Waits for a named condition with a deadline. No test sleeps for a time it hopes is long enough."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE = 30.0
PAUSE = 0.01


def until(what: str, condition: Callable[[], T], deadline: float = DEADLINE, every: float = PAUSE) -> T:
    """The first true value of `condition`; fails with the name of what never came."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"waited {deadline:.0f} s in vain: {what}")
        time.sleep(every)
