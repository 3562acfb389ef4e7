"""The users of the accounting rig: fast, slow, redirected and failing calls of both clients, no pause.

Every call is counted here before it is made; at the end the program's own account is written beside that count.
With ACCOUNT_QUIT=N the N-th call is followed by `runner.quit()` in the middle of its task.
"""

import json
import os
from typing import Any

from locust import FastHttpUser, HttpUser, constant, events, task

QUIT_AFTER = int(os.environ.get("ACCOUNT_QUIT", "0"))
calls = 0


class Mixed:
    wait_time = constant(0)

    def call(self, path: str) -> None:
        global calls
        calls += 1
        mine = calls
        self.client.get(path)
        if mine == QUIT_AFTER:
            self.environment.runner.quit()

    @task(10)
    def fast(self) -> None:
        self.call("/text")

    @task(5)
    def slow(self) -> None:
        self.call("/delay/100")

    @task(2)
    def redirected(self) -> None:
        self.call("/redirect/2")

    @task(1)
    def failing(self) -> None:
        self.call("/status/500")


class MixedHttp(Mixed, HttpUser):
    pass


class MixedFast(Mixed, FastHttpUser):
    pass


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note({"event": "test_start"})


@events.quitting.add_listener
def on_quitting(environment: Any, **_: Any) -> None:
    total = environment.stats.total
    note({"event": "quitting", "calls": calls, "requests": total.num_requests, **account(environment)})


def account(environment: Any) -> dict[str, int]:
    """Classes of samples and of attempts, as rlocust counts them."""
    return dict(environment.stats._native.accounting())


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
