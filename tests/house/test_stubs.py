"""What type checkers see of `import locust` is what the shim has."""

import subprocess
import sys
from pathlib import Path

from tests.house.stubs import STUBS, stubs

TYPED = """
from locust import FastHttpUser, HttpUser, between, events, task
from locust.env import Environment
from locust.runners import STATE_RUNNING, MasterRunner


class Quick(HttpUser):
    wait_time = between(1, 2)

    @task(3)
    def index(self) -> None:
        with self.client.get("/", catch_response=True) as response:
            response.failure("no")
        reveal_type(self.client.get("/"))


class Fast(FastHttpUser):
    @task
    def index(self) -> None:
        reveal_type(self.client.get("/"))


@events.test_start.add_listener
def begin(environment: Environment, **kwargs: object) -> None:
    assert environment.runner is not None
    print(environment.runner.stat, isinstance(environment.runner, MasterRunner), STATE_RUNNING)
"""
#: What is wrong above, and what is asked.
ERRORS = ['"Runner" has no attribute "stat"']
REVEALED = ["clients.ResponseContextManager", "contrib._fast_responses.ResponseContextManager"]


def test_the_stubs_name_what_the_shim_has() -> None:
    """After a change of public names: `python -m tests.house.stubs`."""
    written = {file.relative_to(STUBS): file.read_text() for file in STUBS.rglob("*.pyi")}
    assert written == stubs()


def test_a_checker_sees_types_and_finds_mistakes(tmp_path: Path) -> None:
    (tmp_path / "locustfile.py").write_text(TYPED)
    (tmp_path / "mypy.ini").write_text("[mypy]\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=mypy.ini", "locustfile.py"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    errors = [line.split(" error: ")[1] for line in said.splitlines() if " error: " in line]
    assert [error.partition(";")[0].partition("  [")[0] for error in errors] == ERRORS, said
    revealed = [line.split('"')[1] for line in said.splitlines() if "Revealed type" in line]
    assert [name.removeprefix("rlocust._shim.locust.") for name in revealed] == REVEALED, said
