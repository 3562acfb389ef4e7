"""The users of the truth rig, the same file for Locust and for rlocust.

Each task asks once, then spends TRUTH_BURN_MS milliseconds of CPU; users wait TRUTH_WAIT seconds between tasks. They
begin at random moments of the first TRUTH_START seconds. A request is named by its connection: one that the user has
kept (TRUTH_KEEPS), or one that is opened for it. At the end the percentiles that the program reports for each name go
to the events file.
"""

import json
import os
import random
import time
from typing import Any

from locust import FastHttpUser, HttpUser, User, constant, events, task

BURN = float(os.environ["TRUTH_BURN_MS"]) / 1000
WAIT = float(os.environ["TRUTH_WAIT"])
START = float(os.environ["TRUTH_START"])
KEEPS = os.environ["TRUTH_KEEPS"] == "1"


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Waiting(User):
    abstract = True
    wait_time = constant(WAIT)
    way = "opened"

    def on_start(self) -> None:
        if START:
            time.sleep(random.uniform(0, START))

    def ask(self, client: Any) -> None:
        client.get("/", name=self.way)
        if KEEPS:
            self.way = "kept"
        burn(BURN)


class TruthHttp(Waiting, HttpUser):
    def on_start(self) -> None:
        self.client.verify = False
        super().on_start()

    @task
    def work(self) -> None:
        self.ask(self.client)


class TruthFast(Waiting, FastHttpUser):
    @task
    def work(self) -> None:
        self.ask(self.client)


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note({"event": "test_start"})


@events.quitting.add_listener
def on_quitting(environment: Any, **_: Any) -> None:
    stats = environment.stats
    recorder = getattr(stats, "_native", None)  # rlocust's; it keeps exact figures, and the scheduling lag
    lags = recorder.lags() if recorder else {}
    note(
        {
            "event": "quitting",
            "failures": stats.total.num_failures,
            "ways": {name: figures(stats.entries[name, "GET"], recorder) for name, _ in stats.entries},
            "lag_p99_ms": {kind: lag["p99_us"] / 1000 for kind, lag in lags.items()} or None,
        }
    )


def figures(entry: Any, recorder: Any) -> dict[str, Any]:
    """The exact percentiles where there are any, in place of Locust's rounded ones."""
    percentile = recorder.entry(entry.name, "GET").exact_percentile if recorder else entry.get_response_time_percentile
    return {"requests": entry.num_requests, **{f"p{percent}": percentile(percent / 100) for percent in (50, 95, 99)}}


def note(line: dict[str, Any]) -> None:
    with open(os.environ.get("BENCH_EVENTS", os.devnull), "a") as file:
        file.write(json.dumps(line) + "\n")
