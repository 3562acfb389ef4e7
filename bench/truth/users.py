"""The users of the truth rig, the same file for Locust and for rlocust.

`Burning…` spends five milliseconds of CPU in each task and never waits; `Waiting…` waits half a second and burns
nothing. At the end the percentiles that the program reports go to the events file.
"""

import json
import os
import time
from typing import Any

from locust import FastHttpUser, HttpUser, constant, events, task

BURN = 0.005


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class BurningHttp(HttpUser):
    @task
    def work(self) -> None:
        self.client.get("/")
        burn(BURN)


class BurningFast(FastHttpUser):
    @task
    def work(self) -> None:
        self.client.get("/")
        burn(BURN)


class WaitingHttp(HttpUser):
    wait_time = constant(0.5)

    @task
    def work(self) -> None:
        self.client.get("/")


class WaitingFast(FastHttpUser):
    wait_time = constant(0.5)

    @task
    def work(self) -> None:
        self.client.get("/")


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note({"event": "test_start"})


@events.quitting.add_listener
def on_quitting(environment: Any, **_: Any) -> None:
    total = environment.stats.total
    reported = {f"p{percent}": total.get_response_time_percentile(percent / 100) for percent in (50, 95)}
    note(
        {
            "event": "quitting",
            "requests": total.num_requests,
            "failures": total.num_failures,
            **reported,
            **exact_percentiles(environment.stats),
        }
    )


def exact_percentiles(stats: Any) -> dict[str, float]:
    """rlocust keeps exact figures beside Locust's rounded ones; real Locust has none."""
    recorder = getattr(stats, "_native", None)
    if recorder is None:
        return {}
    return {f"p{percent}_exact": recorder.total.exact_percentile(percent / 100) for percent in (50, 95)}


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
