"""What a killed worker had not reported does not change the exit code, as under Locust, unless a limit says so."""

import json
import time
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest

from tests.cluster.faults.scene import USERS, Scene
from tests.cluster.nodes import cluster
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, Tool
from tests.kit.waiting import until


def _ended_after_a_loss(scene: Scene, *options: str) -> tuple[int, str]:
    with scene.nodes(*options, liveness=3) as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        scene.missing_after(nodes, dead.id, since)
        return nodes.end(60)[0], nodes.master.process.said


@pytest.mark.parametrize("tool", [pytest.param(LOCUST, marks=pytest.mark.nightly), RLOCUST], ids=str)
def test_what_is_lost_is_no_failure(tool: Tool, demo: Target, tmp_path: Path) -> None:
    code, said = _ended_after_a_loss(Scene(tool, tool, demo, tmp_path, is_timed=False))
    assert code == 0, said


def test_a_limit_on_what_is_lost_fails_the_run(demo: Target, tmp_path: Path) -> None:
    scene = Scene(RLOCUST, RLOCUST, demo, tmp_path, is_timed=False)
    code, said = _ended_after_a_loss(scene, "--fail-if", "lost > 0; lost > 1")
    assert code == 3, said
    assert "Limit crossed: lost of the run is 1 (limit: lost > 0)" in said
    assert "Limit held: lost of the run is 1 (lost ≤ 1)" in said


def test_a_second_signal_says_what_workers_had_not_reported(demo: Target, tmp_path: Path) -> None:
    """The first waits for the tasks in hand; the second does not, and what their worker has counted is lost."""
    files = ["--summary-json", "sums.json", "--junit", "junit.xml"]
    load = ["-u", "3", "-r", "3", "-H", demo.url, "--stop-timeout", "600", *files]
    rarely = {"RIG_REPORT": "600"}
    with cluster(tmp_path, RLOCUST, [RLOCUST], *load, locustfile="slow.py", env=rarely) as nodes:
        until("a call of each user", lambda: demo.received().total == 3)
        master = nodes.master.process
        master.signal(SIGINT)
        nodes.workers[0].process.wait_for("Got quit message from master")
        master.signal(SIGINT)
        assert master.wait() == 1, master.said
        sums = json.loads((tmp_path / "sums.json").read_text())
        (loss,) = sums["lost_with_workers"]
        assert (loss["worker"], sums["total"]["requests"]) == (nodes.workers[0].id, 0), sums
        assert f"worker={loss['worker']}" in master.said and "its last report has not come" in master.said
        assert f"Lost with worker {loss['worker']}: what it counted from" in (tmp_path / "junit.xml").read_text()
