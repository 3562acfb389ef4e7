"""How long a user waits between two tasks: each function here returns a `wait_time` method.

The argument of that method is the user, or the task set if the wait time was set on one; the
functions that pace keep their notes on that object.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter
from typing import Any

WaitTime = Callable[[Any], float]


def between(min_wait: float, max_wait: float) -> WaitTime:
    """A random time between two bounds.

    For three to ten and a half seconds::

    class MyUser(User):
        wait_time = between(3.0, 10.5)
    """
    return lambda instance: min_wait + random.random() * (max_wait - min_wait)


def constant(wait_time: float) -> WaitTime:
    """Always the same time.

    For three seconds::

    class MyUser(User):
        wait_time = constant(3)
    """
    return lambda instance: wait_time


def constant_pacing(wait_time: float) -> WaitTime:
    """The time that is left of a fixed interval, so that tasks start every `wait_time` seconds at most.

    For one start every ten seconds::

        class MyUser(User):
            wait_time = constant_pacing(10)

    A task that takes longer is followed by the next one without a pause.
    """

    def wait_time_func(self: Any) -> float:
        now = perf_counter()
        run_time = now - self._cp_last_run - self._cp_last_wait_time
        self._cp_last_wait_time = max(0, wait_time - run_time)
        self._cp_last_run = now
        return self._cp_last_wait_time

    return wait_time_func


def constant_throughput(task_runs_per_second: float) -> WaitTime:
    """Tasks start this many times a second at most, for each user: `constant_pacing` seen from the other side."""
    if task_runs_per_second <= 0:
        raise ValueError(f"constant_throughput() requires a positive rate, got: {task_runs_per_second}")
    return constant_pacing(1 / task_runs_per_second)


def poisson(rate: float) -> WaitTime:
    """Random times with the mean `1 / rate`, as between the arrivals of independent visitors."""
    if rate <= 0:
        raise ValueError(f"poisson() requires a positive rate, got: {rate}")
    return lambda instance: random.expovariate(rate)
