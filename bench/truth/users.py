"""The users of the truth rig, the same file for Locust and for rlocust.

Each task asks once, then spends TRUTH_BURN_MS milliseconds of CPU; users wait TRUTH_WAIT seconds between tasks. They
begin at random moments of the first three seconds: users that began together would ask in one burst, some again and
again, and see a queue in the server that a probe between the bursts does not see. At the end the percentiles that the
program reports go to the events file.
"""

import json
import os
import random
import time
from typing import Any

from locust import FastHttpUser, HttpUser, User, constant, events, task

BURN = float(os.environ["TRUTH_BURN_MS"]) / 1000
WAIT = float(os.environ["TRUTH_WAIT"])
START = 3.0  # seconds within which all have begun


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Waiting(User):
    abstract = True
    wait_time = constant(WAIT)

    def on_start(self) -> None:
        time.sleep(random.uniform(0, START))


class TruthHttp(Waiting, HttpUser):
    @task
    def work(self) -> None:
        self.client.get("/")
        burn(BURN)


class TruthFast(Waiting, FastHttpUser):
    @task
    def work(self) -> None:
        self.client.get("/")
        burn(BURN)


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
            **own_figures(environment.stats),
        }
    )


def own_figures(stats: Any) -> dict[str, Any]:
    """rlocust keeps exact figures beside Locust's rounded ones, and the scheduling lag; real Locust has neither."""
    recorder = getattr(stats, "_native", None)
    if recorder is None:
        return {}
    exact = {f"p{percent}_exact": recorder.total.exact_percentile(percent / 100) for percent in (50, 95)}
    return {**exact, "lag_p99_ms": {kind: lag["p99_us"] / 1000 for kind, lag in recorder.lags().items()}}


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
