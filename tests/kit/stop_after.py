"""A second locustfile, without users: it ends the run once the run has done what `STOP_AFTER` says (`tests.kit.runs`).

It reads the sums instead of listening to requests: a listener would change how calls are recorded.
"""

import json
import os
import time
from typing import Any

import gevent

from locust import events

PAUSE = 0.05


@events.init.add_listener
def watch(environment: Any, **_: Any) -> None:
    goal = json.loads(os.environ["STOP_AFTER"])
    if hasattr(environment.runner, "worker_state") or environment.web_ui:  # a worker is stopped by its master
        return
    gevent.spawn(stop_when_done, environment, goal)


def stop_when_done(environment: Any, goal: dict[str, Any]) -> None:
    end = time.monotonic() + goal["deadline"]
    while missing := what_is_missing(environment.stats, goal):
        if time.monotonic() > end:
            print(f"STOP_AFTER: not reached in {goal['deadline']:.0f} s: {missing}", flush=True)
            environment.process_exit_code = goal["not_reached"]
            break
        gevent.sleep(PAUSE)
    environment.runner.quit()


def what_is_missing(stats: Any, goal: dict[str, Any]) -> str:
    """The first part of the goal that the sums do not show yet, in words; empty when all is there."""
    if stats.total.num_requests < goal["samples"]:
        return f"{stats.total.num_requests} of {goal['samples']} samples"
    if stats.total.num_failures < goal["failures"]:
        return f"{stats.total.num_failures} of {goal['failures']} failures"
    if len(stats.history) < goal["history"]:
        return f"{len(stats.history)} of {goal['history']} rows of the history"
    for name, wanted in goal["names"].items():
        seen = sum(entry.num_requests for (entry_name, _), entry in list(stats.entries.items()) if entry_name == name)
        if seen < wanted:
            return f"{seen} of {wanted} samples of {name!r}"
    return ""
