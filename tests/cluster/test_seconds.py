"""What a master shows of each second: workers report every three, and none of the seconds between is empty."""

import json
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from tests.kit.page import Page, page
from tests.kit.ports import free_port
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, Tool, started
from tests.kit.waiting import until

STEADY = """
from locust import HttpUser, constant, task

class Steady(HttpUser):
    wait_time = constant(0.05)
    @task
    def hello(self):
        self.client.get("/hello")
"""
USERS = 4
#: Ticks, three reports of a worker.
SECONDS = 10


def busy_seconds(requests: list[float]) -> float:
    """The share of seconds with requests among those from the first with some."""
    first = next(at for at, count in enumerate(requests) if count)
    requests = requests[first:]
    return sum(count > 0 for count in requests) / len(requests)


def series(there: Page) -> Any:
    return there.get("/api/v1/series").json()


def state(there: Page) -> Any:
    return there.get("/api/v1/state").json()


@pytest.mark.parametrize("worker", [RLOCUST, pytest.param(LOCUST, marks=pytest.mark.oracle)], ids=str)
def test_no_second_of_a_steady_load_is_empty(worker: Tool, demo: Target, tmp_path: Path) -> None:
    """One in three had the requests of three seconds, and response times lay between seconds without."""
    (tmp_path / "file.py").write_text(STEADY)
    port = str(free_port())
    master = ["--master", "--master-bind-port", port, "-H", demo.url, "--summary-json", "run.json", "--store", "run"]
    with (
        page(RLOCUST, tmp_path / "file.py", *master, cwd=tmp_path) as there,
        started(worker, "-f", "file.py", "--worker", "--master-port", port, cwd=tmp_path) as node,
    ):
        until("the worker is there", lambda: there.get("/worker-count").json() == {"worker_count": 1})
        assert state(there)["workers"][0]["rps"] is None
        there.swarm(user_count=USERS, spawn_rate=USERS)
        until("ten seconds with requests", lambda: sum(rate > 0 for rate in series(there)["rps"]) >= SECONDS, every=0.2)
        shown = series(there)
        assert busy_seconds(shown["rps"]) > 0.5, shown["rps"]
        assert busy_seconds([time or 0 for time in shown["p95"]]) > 0.5, shown["p95"]
        known = until("the rate of the worker", lambda: state(there)["workers"][0]["rps"], every=0.2)
        assert known > 0
        assert state(there)["generator"]["light"] != "red" or "missing" not in state(there)["generator"]["reason"]
        node.kill()
        until("the light", lambda: state(there)["generator"]["reason"] == "a worker is missing", every=0.2)
        lost = state(there)["workers"][0]
        assert (lost["state"], lost["users"], lost["rps"]) == ("missing", 0, None)
        there.process.signal(SIGTERM)
        there.process.wait()
    summary = json.loads((tmp_path / "run.json").read_text())
    seconds = [dict(zip(summary["series"]["columns"], row, strict=True)) for row in summary["series"]["rows"]]
    assert sum(second["requests"] for second in seconds) == summary["total"]["requests"]
    tested = [second["requests"] for second in seconds if second["users"]]
    assert busy_seconds(tested) > 0.5, tested
    assert all((second["p50_ms"] is None) == (second["requests"] == 0) for second in seconds), seconds
