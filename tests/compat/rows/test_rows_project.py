"""Rows 19 and 20 of the promise: a project with packages of its own, and logging."""

from pathlib import Path
from typing import Any

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit.places import EXAMPLES
from tests.kit.runs import Goal, run_example, run_until
from tests.kit.targets import Target
from tests.kit.tools import Run, Tool

PROJECT = EXAMPLES / "project"
LOAD = ["--headless", "-u", "3", "-r", "3", "--stop-timeout", "30"]


def run_for_some_visits(tool: Tool, demo: Target, *arguments: str | Path, **more: Any) -> Run:
    """Until each user has logged in and something has been visited."""

    def visited() -> bool:
        received = demo.received()
        return received.paths.get("/login", 0) >= 3 and received.total >= 12

    words = [*arguments, *LOAD, "-H", demo.url]
    return run_until_it("three logins and some visits", lambda process: visited(), tool, *words, **more)


@pytest.mark.parametrize("place", ["its own folder", "elsewhere", "beside it, by a relative path"])
def test_a_project_runs_from_anywhere(tool: Tool, demo: Target, place: str, tmp_path: Path) -> None:
    """Row 19, docs/contract/cli.md §4: the file's folder is searched for its imports."""
    arguments, folder = {
        "its own folder": ([], PROJECT),
        "elsewhere": (["-f", str(PROJECT / "locustfile.py")], tmp_path),
        "beside it, by a relative path": (["-f", "project/locustfile.py"], EXAMPLES),
    }[place]
    ended = run_for_some_visits(tool, demo, *arguments, cwd=folder)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    counts, received = ended.report.counts, demo.received()
    assert counts.pop("POST /login") == received.paths.pop("/login") == 3
    assert {row.removeprefix("GET "): count for row, count in counts.items()} == received.paths
    assert counts.get("GET /text") == counts.get("GET /json")


def test_a_project_is_configured_by_the_environment(tool: Tool, demo: Target) -> None:
    """Row 19: `configs/base.py` reads it; the login fails, and the author's own error is shown with its place."""
    goal = Goal(names={"/login": 3})
    words = [*LOAD, "-H", demo.url]
    ended = run_until(tool, goal, "-f", PROJECT / "locustfile.py", *words, env={"SHOP_PASSWORD": "guessed"})
    assert ended.exit_code == 1
    refused = "POST /login: HTTPError('401 Client Error: Unauthorized for url: /login')"
    assert ended.report.errors == {refused: 3}
    assert "KeyError: 'token'" in ended.stderr and "common/auth.py" in ended.stderr


def talk(tool: Tool, demo: Target, *options: str | Path) -> Run:
    return run_example(tool, "log_lines.py", demo.url, *options, users=1, goal=Goal(samples=1))


STARTS, STATUS, WARNING = "the test starts against", "/INFO/shop: status 200", "this line is meant to be seen"
DEBUG = "/DEBUG/shop: the answer has 27 letters"


def test_lines_of_the_file_stand_among_ours(tool: Tool, demo: Target) -> None:
    """Row 20, docs/contract/outputs.md §2: level INFO by default, the logger's name in the line."""
    ended = talk(tool, demo)
    assert ended.has_logged(f"/INFO/root: {STARTS} {demo.url}")
    assert ended.has_logged(STATUS) and ended.has_logged(f"/WARNING/shop: {WARNING}")
    assert not ended.has_logged(DEBUG)


def test_the_level_decides_what_is_written(tool: Tool, demo: Target) -> None:
    """Row 20: `--loglevel`, `-L`; the tables are not subject to it."""
    assert talk(tool, demo, "--loglevel", "DEBUG").has_logged(DEBUG)
    quiet = talk(tool, demo, "-L", "warning")
    assert quiet.has_logged(WARNING) and not quiet.has_logged("/INFO/")
    assert quiet.report.names == {"GET /text"}


def test_a_log_file_takes_the_lines_but_not_the_tables(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """Row 20, docs/contract/outputs.md §2: tables stay on stderr; the file is appended to."""
    log = tmp_path / "run.log"
    log.write_text("from before\n")
    ended = talk(tool, demo, "--logfile", log)
    written = log.read_text()
    assert written.startswith("from before\n")
    for text in (STARTS, STATUS, WARNING, "Starting Locust 2.47.0", "Shutting down (exit code 0)"):
        assert text in written and text not in ended.stderr
    assert ended.report.names == {"GET /text"} and "# reqs" not in written


def test_without_log_setup_python_is_left_as_it_is(tool: Tool, demo: Target) -> None:
    """Row 20: `--skip-log-setup`: the file's first `logging.info` sets up Python's own way, and no table comes."""
    ended = talk(tool, demo, "--skip-log-setup")
    assert ended.exit_code == 0
    assert f"WARNING:shop:{WARNING}" in ended.stderr.splitlines()
    assert not ended.has_logged("status 200") and not ended.has_logged("# reqs")
    assert demo.received().paths["/text"] > 0
