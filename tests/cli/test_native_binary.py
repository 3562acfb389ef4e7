"""The native binary (feature `embed`): the same command with the interpreter inside. ARCHITECTURE.md, "How it is
shipped"."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.kit.runs import run_example
from tests.kit.surroundings import surroundings
from tests.kit.targets import Target
from tests.kit.tools import Tool, run, started

pytestmark = pytest.mark.timeout(900)  # the first build links a second copy of the bridge

BUILD = (
    "cargo",
    "build",
    "--quiet",
    "--locked",
    "-p",
    "rlocust-python",
    "--no-default-features",
    "--features",
    "embed",
)
USERS = """
import atexit, sys
from locust import User, constant, events, task
class Quiet(User):
    wait_time = constant(0.1)
    @task
    def nothing(self):
        pass
@events.spawning_complete.add_listener
def ready(**_):
    print("running", flush=True)
atexit.register(print, "finalised")
"""


@pytest.fixture(scope="module")
def binary() -> Tool:
    if shutil.which("cargo") is None:
        pytest.skip("no cargo to build it with")
    environment = surroundings() | {"PYO3_PYTHON": sys.executable}
    environment.pop("PYO3_BUILD_EXTENSION_MODULE", None)  # this one does link libpython
    built = subprocess.run(BUILD, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return Tool("native rlocust", (str(target / "debug" / "rlocust"),))


ACTIVE = {"VIRTUAL_ENV": sys.prefix}


def test_it_says_its_version_and_lists_users(binary: Tool, tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(USERS)
    version = run(binary, "-V", env=ACTIVE)
    assert (version.exit_code, version.stdout.startswith("rlocust ")) == (0, True), version.stderr
    listed = run(binary, "-f", "users.py", "-l", cwd=tmp_path, env=ACTIVE)
    assert listed.stdout == "Available Users:\n    Quiet\nfinalised\n", listed.stderr


def test_it_returns_exit_codes(binary: Tool) -> None:
    assert run(binary, "-f", "nowhere.py", env=ACTIVE).exit_code == 1
    assert run(binary, "demo", "--nonsense", env=ACTIVE).exit_code == 2


def test_it_runs_the_quick_start(binary: Tool, demo: Target) -> None:
    done = run_example(binary, "quickstart.py", demo.url, env=ACTIVE)
    assert done.exit_code == 0, done.stderr
    assert done.report.total is not None and done.report.total.requests > 0


def test_a_signal_ends_it_in_order_and_the_interpreter_is_finalised(binary: Tool, tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(USERS)
    with started(binary, "-f", "users.py", "--headless", "--only-summary", cwd=tmp_path, env=ACTIVE) as process:
        process.wait_for("running")
        process.signal(signal.SIGINT)
        assert process.wait() == 0, process.stderr
    assert process.stdout == "running\nfinalised\n"


def test_an_environment_of_another_python_is_refused(binary: Tool, tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_text("home = /nowhere\nversion = 3.2.1\n")
    done = run(binary, "-V", env={"VIRTUAL_ENV": str(tmp_path)})
    assert (done.exit_code, "is of Python 3.2.1" in done.stderr) == (1, True), done.stderr
