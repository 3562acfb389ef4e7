"""What a killed worker had not reported does not change the exit code, as under Locust, unless a limit says so."""

import time
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.cluster.faults.scene import USERS, Scene
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, Tool


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
