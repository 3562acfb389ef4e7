"""What is imported for an answer that needs no locustfile: the interpreter says it, so that no clock is asked."""

import re
from pathlib import Path

import pytest

from tests.kit.tools import RLOCUST, Tool, run

#: What takes most of the time of a start: gevent, the clients and the shim; and what they bring that Python does not.
HEAVY = {"gevent", "greenlet", "requests", "urllib3", "geventhttpclient", "ssl", "logging", "argparse", "typing"}
LOUD = Tool("rlocust", (RLOCUST.command[0], "-X", "importtime", *RLOCUST.command[1:]))


def imported(folder: Path, *arguments: str, code: int = 0, **variables: str) -> set[str]:
    ended = run(LOUD, *arguments, cwd=folder, env=variables)
    assert ended.exit_code == code, ended.stderr
    found = re.findall(r"^import time: .*\| +(\S+)$", ended.stderr, re.M)
    assert "rlocust._native" in found
    # What the start of the interpreter and its environment bring anyway stands before ours.
    return set(found[found.index("rlocust") :])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-V"], 0),
        (["--headless", "--vers"], 0),
        (["--help"], 0),
        (["-u", "x", "--help"], 2),
        (["-f"], 2),
        (["demo", "--help"], 0),
        (["completions", "bash"], 0),
        (["report", "nowhere"], 1),
    ],
)
def test_an_answer_without_a_locustfile_loads_no_client(tmp_path: Path, arguments: list[str], code: int) -> None:
    found = imported(tmp_path, *arguments, code=code)
    assert not found & (HEAVY | {"locust", "importlib.metadata", "pathlib"}), found


def test_an_answer_reads_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "locust.conf").write_text("locustfile = named.py\n")
    (tmp_path / "named.py").write_text("")
    assert "locust" in imported(tmp_path, "--help"), "the help may have options of the locustfile"
    assert "locust" not in imported(tmp_path, "-V")


def test_putting_the_shim_in_place_imports_next_to_nothing(tmp_path: Path) -> None:
    program = Tool("python", (RLOCUST.command[0], "-X", "importtime", "-c"))
    ended = run(program, "import rlocust; rlocust.install()", cwd=tmp_path)
    found = re.findall(r"^import time: .*\| +(\S+)$", ended.stderr, re.M)
    assert found[-2:] == ["rlocust", "rlocust._install"]


ENDS_AT_ONCE = """
from locust import HttpUser, task


class Ending(HttpUser):
    host = "http://127.0.0.1"

    @task
    def end(self):
        self.environment.runner.quit()
"""


def test_a_run_imports_no_library_that_it_has_no_use_for(tmp_path: Path) -> None:
    (tmp_path / "locustfile.py").write_text(ENDS_AT_ONCE)
    found = imported(tmp_path, "--headless", "-u", "1")
    assert {"gevent", "requests", "geventhttpclient"} <= found
    assert not found & {"flask", "opentelemetry", "psutil", "pytest", "configargparse", "multiprocessing", "sqlite3"}


LEFT_BEHIND = """
import gc
from locust import User


class Circle:
    def __del__(self):
        print("cleaned up")


print(gc.isenabled(), gc.get_freeze_count() > 20_000, any(kind is Circle for kind in gc.get_objects()))
gc.disable()
circle = Circle()
circle.itself = circle
"""


def test_the_collector_of_garbage_passes_over_the_libraries_and_over_nothing_of_the_suite(tmp_path: Path) -> None:
    """Every look at them would hold up all users, and there are four at the end."""
    (tmp_path / "locustfile.py").write_text(LEFT_BEHIND)
    ended = run(RLOCUST, "--list", cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    printed = ended.stdout.splitlines()
    assert printed[0] == "True True True"
    assert printed[-1] == "cleaned up"
