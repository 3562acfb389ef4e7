"""The users of the accounting rig: fast, slow, redirected, failing and parallel calls of both clients, no pause.

Every call is counted here before it is made; at the end the program's own account is written beside that count.
With ACCOUNT_QUIT=N the N-th call is followed by `runner.quit()` in the middle of its task.
"""

import json
import os
from typing import Any

from locust import FastHttpUser, HttpUser, constant, events

from gevent.pool import Pool  # isort: skip - not before locust, which patches the standard library

QUIT_AFTER = int(os.environ.get("ACCOUNT_QUIT", "0"))
calls = 0


def call(user: HttpUser | FastHttpUser, path: str) -> None:
    global calls
    calls += 1
    mine = calls
    user.client.get(path)
    if mine == QUIT_AFTER:
        user.environment.runner.quit()


def fast(user: HttpUser | FastHttpUser) -> None:
    call(user, "/text")


def slow(user: HttpUser | FastHttpUser) -> None:
    call(user, "/delay/100")


def redirected(user: HttpUser | FastHttpUser) -> None:
    call(user, "/redirect/2")


def failing(user: HttpUser | FastHttpUser) -> None:
    call(user, "/status/500")


def parallel(user: HttpUser | FastHttpUser) -> None:
    """Several calls of one user at a time. They outlive a user that is killed."""
    pool = Pool()
    for _ in range(4):
        pool.spawn(call, user, "/delay/50")
    pool.join()


TASKS = {fast: 10, slow: 5, redirected: 2, failing: 1, parallel: 1}


class MixedHttp(HttpUser):
    wait_time = constant(0)
    tasks = TASKS


class MixedFast(FastHttpUser):
    wait_time = constant(0)
    tasks = TASKS


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note({"event": "test_start"})


@events.init.add_listener
def on_init(environment: Any, **_: Any) -> None:
    @environment.events.quit.add_listener
    def on_quit(**_: Any) -> None:
        # Not at `quitting`: after a signal users still run then, as they do under Locust.
        note({"event": "quit", "calls": calls, **account(environment)})


def account(environment: Any) -> dict[str, int]:
    """Classes of samples and of attempts, as rlocust counts them."""
    return dict(environment.stats._native.accounting())


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
