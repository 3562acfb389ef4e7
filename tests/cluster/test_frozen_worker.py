"""A worker that does not run for a while: missing, then back, with one ramp for its return."""

from pathlib import Path
from signal import SIGCONT, SIGINT, SIGSTOP

import pytest

from tests.kit.ports import free_port
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import until

IDLE = """
from locust import User, constant, task

class Idle(User):
    wait_time = constant(1)
    @task
    def wait_a_little(self):
        pass
"""


@pytest.mark.clock  # a worker that hears nothing for a second after it woke asks whether the master is another one
def test_a_frozen_worker_comes_back_by_one_ramp(tmp_path: Path) -> None:
    """It asked at once, and was taken for a new worker beside the old one: `spawning_complete` came twice."""
    port = str(free_port())
    (file := tmp_path / "idle.py").write_text(IDLE)
    where = ["--master-host", "127.0.0.1", "--master-port", port]
    words = ["--master", "--headless", "--master-bind-port", port, "--expect-workers", "2", "-u", "2", "-L", "DEBUG"]
    with (
        started(RLOCUST, "-f", file, *words, cwd=tmp_path) as master,
        started(RLOCUST, "-f", file, "--worker", *where, cwd=tmp_path) as frozen,
        started(RLOCUST, "-f", file, "--worker", *where, cwd=tmp_path) as other,
    ):
        master.wait_for("All users spawned")
        frozen.signal(SIGSTOP)
        master.wait_for("failed to send heartbeat")
        frozen.signal(SIGCONT)
        master.wait_for("self-healed")
        until("the ramp is over", lambda: master.said.count("All users spawned") == 2)
        master.signal(SIGINT)
        assert [each.wait() for each in (master, frozen, other)] == [0, 0, 0], master.said
        assert master.said.count("Sending spawn jobs") == 2, master.said
        assert "duplicate message" not in master.said
