"""What a suite gets wrong thousands of times a second is logged in a few lines; tables and exit codes stay Locust's
(docs/contract/differences.md B)."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from tests.kit.tools import LOCUST, RLOCUST, Tool, run

FLOOD = """
from locust import User, constant, events, task

class Flood(User):
    wait_time = constant(0)

    @task
    def fail(self):
        self.left = getattr(self, "left", 300) - 1
        if not self.left:
            self.environment.runner.quit()
        self.environment.events.request.fire(
            request_type="X", name="x", response_time=1, response_length=1, exception=None, context={}
        )
        raise ValueError("always the same")

@events.request.add_listener
def listener(**_):
    raise KeyError("in a listener")
"""

BARE = """
from locust import FastHttpUser, HttpUser, constant, task

class Visitor:
    wait_time = constant(0.01)

    @task
    def visit(self):
        self.client.get("/x")

class Http(Visitor, HttpUser): tasks = [Visitor.visit]
class Fast(Visitor, FastHttpUser): tasks = [Visitor.visit]
"""


def test_the_same_traceback_is_whole_ten_times(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(FLOOD)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "--csv", tmp_path / "x")
    assert ended.stderr.count("\nValueError: always the same") == 10
    assert ended.stderr.count("\nKeyError: 'in a listener'") == 10
    assert ended.exit_code == 1
    rows = list(csv.reader(StringIO((tmp_path / "x_exceptions.csv").read_text())))
    assert [row[:2] for row in rows[1:]] == [["299", "always the same"]], "the table counts them all"


@pytest.mark.parametrize("tool", [LOCUST, RLOCUST], ids=str)
@pytest.mark.parametrize("user", ["Http", "Fast"])
def test_a_host_without_a_scheme_is_one_line(tmp_path: Path, tool: Tool, user: str) -> None:
    """Under both programs exceptions of HttpUser, failures of FastHttpUser, and exit code 1."""
    (script := tmp_path / "lf.py").write_text(BARE)
    files = ["--csv", tmp_path / "x", "-t", "4s", "-H", "127.0.0.1:1"]
    ended = run(tool, "-f", script, "--headless", "--only-summary", *files, user)
    assert ended.exit_code == 1, ended.stderr
    exceptions, failures = ((tmp_path / f"x_{kind}.csv").read_text() for kind in ("exceptions", "failures"))
    assert ("No connection adapters were found for '127.0.0.1:1/x'" in exceptions) is (user == "Http")
    assert ("gaierror" in failures) is (user == "Fast"), failures
    if tool is RLOCUST:
        assert ended.stderr.count("has no scheme") == 1 and "hint: write `-H http://127.0.0.1:1`" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_no_host_at_all_is_one_line(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(BARE)
    ended = run(RLOCUST, "-f", script, "--headless", "--only-summary", "-u", "20", "-r", "20", "Http")
    assert ended.exit_code == 0 and "Traceback" not in ended.stderr
    assert ended.stderr.count("You must specify the base host") == 1, ended.stderr
