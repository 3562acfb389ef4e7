"""What one step of the dispatcher costs: `.venv/bin/python -m bench.dispatch`; `bench/dispatch.py --locust` by real
Locust's Python.

DISPATCH_USERS (10000) users of ten classes, three of them with a fixed count, on DISPATCH_WORKERS (1000) workers.
Printed as JSON: milliseconds of CPU of the costliest step and of the mean one, without the pauses; the best of
DISPATCH_ROUNDS (5) rounds, since a shared machine only ever adds. The aim is 50 ms at most for any step: while it
lasts, no worker is heard.
"""

from __future__ import annotations

import json
import os
import sys
import time

if "--locust" not in sys.argv:
    import rlocust

    rlocust.install()

from collections.abc import Callable, Iterator
from typing import Any

import gevent
from locust.dispatch import UsersDispatcher

USERS = int(os.environ.get("DISPATCH_USERS", "10000"))
WORKERS = int(os.environ.get("DISPATCH_WORKERS", "1000"))
ROUNDS = int(os.environ.get("DISPATCH_ROUNDS", "5"))
HOSTS = 50


class Worker:
    """A worker, as far as a dispatcher looks at it."""

    def __init__(self, number: int) -> None:
        self.id = f"host{number % HOSTS}_{number:05d}"


def user_classes() -> list[Any]:
    fixed = {0: 5, 4: 50, 8: 500}
    return [type(f"U{n}", (), {"weight": 1 + n % 3, "fixed_count": fixed.get(n, 0)}) for n in range(10)]


def costs(steps: Iterator[object]) -> list[float]:
    """Milliseconds of CPU of each step."""
    spent, begun = [], time.thread_time()
    for _ in steps:
        spent.append((time.thread_time() - begun) * 1e3)
        begun = time.thread_time()
    return spent


def one_round() -> dict[str, tuple[float, float]]:
    """The costliest and the mean step of every kind of dispatch."""
    workers = [Worker(number) for number in range(WORKERS)]
    dispatcher = UsersDispatcher(workers, user_classes())

    def ramp(target: int, rate: float, change: Callable[[], None] = lambda: None) -> tuple[float, float]:
        def steps() -> Iterator[object]:
            change()
            dispatcher.new_dispatch(target, rate)
            yield from dispatcher

        spent = costs(steps())
        return max(spent), sum(spent) / len(spent)

    return {
        "all users in one step": ramp(USERS, USERS),
        "down, 100 users a step": ramp(USERS // 2, 100),
        "up, 100 users a step": ramp(USERS, 100),
        "a worker joins": ramp(USERS, 100, lambda: dispatcher.add_worker(Worker(WORKERS))),
        "a worker leaves": ramp(USERS, 100, lambda: dispatcher.remove_worker(workers[WORKERS // 2])),
        "no users in one step": ramp(0, USERS),
    }


def main() -> None:
    gevent.sleep = lambda *_: None  # what the dispatchers wait by
    rounds = [one_round() for _ in range(ROUNDS)]
    best = {
        kind: [round(min(costs), 2) for costs in zip(*(one[kind] for one in rounds), strict=True)] for kind in rounds[0]
    }
    print(json.dumps({"users": USERS, "workers": WORKERS, "ms of CPU, worst and mean step": best}, indent=1))


if __name__ == "__main__":
    main()
