"""Rows 1 and 2 of the promise: the quick start without the page, version and help."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlocust import __version__ as VERSION
from tests.kit.places import EXAMPLES
from tests.kit.runs import Goal, run_example, run_until
from tests.kit.targets import Target, fastapi_app, nginx
from tests.kit.tools import RLOCUST, Run, Tool, run


@pytest.fixture(params=["demo", "fastapi", "nginx"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    if request.param == "demo":
        yield request.getfixturevalue("demo")
        return
    with fastapi_app("hello", tmp_path) if request.param == "fastapi" else nginx(tmp_path) as server:
        yield server


def test_quick_start_counts_what_the_server_received(tool: Tool, target: Target) -> None:
    """Row 1: `--headless --users N --spawn-rate N -H URL` against FastAPI, nginx and the demo server."""
    load = ["--headless", "--users", "5", "--spawn-rate", "5", "--stop-timeout", "30", "-H", target.url]
    ended = run_until(tool, Goal(samples=20), "-f", EXAMPLES / "quickstart.py", *load)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout == ""
    report, received = ended.report, target.received()
    assert report.counts == {"GET /json": received.paths["/json"], "GET /text": received.paths["/text"]}
    assert report.counts["GET /json"] == report.counts["GET /text"] >= 5, "both requests stand in one task"
    assert (report.failures, report.errors) == ({}, {})
    assert report.total is not None and report.total.requests == received.total


@pytest.fixture(scope="module")
def quick_start(tool: Tool, demo_process: Target) -> Run:
    """One run that several tests look at."""
    return run_example(tool, "quickstart.py", demo_process.url)


def test_quick_start_logs_the_course_of_the_run(tool: Tool, demo: Target) -> None:
    """docs/contract/outputs.md §2: lines that scripts look for, in their order."""
    load = ["--headless", "-u", "5", "-r", "5", "--run-time", "2s", "--only-summary", "-H", demo.url]
    ended = run(tool, "-f", EXAMPLES / "quickstart.py", *load)
    lines = [line.split("] ", 1)[-1].split("/", 1)[-1] for line in ended.stderr.splitlines()]
    ours = f" (rlocust {VERSION})" if tool is RLOCUST else ""
    expected = [
        f"INFO/locust.main: Starting Locust 2.47.0{ours}",
        "INFO/locust.main: Run time limit set to 2 seconds",
        "INFO/locust.runners: Ramping to 5 users at a rate of 5.00 per second",
        'INFO/locust.runners: All users spawned: {"QuickstartUser": 5} (5 total users)',
        "INFO/locust.main: --run-time limit reached, shutting down",
        "INFO/locust.main: Shutting down (exit code 0)",
    ]
    assert [line for line in lines if line.startswith("INFO/locust.")] == expected
    stamp = r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] \w[\w-]*/INFO/locust\.main: Starting"
    assert re.match(stamp, ended.stderr)


def test_tables_end_the_run(quick_start: Run) -> None:
    """docs/contract/outputs.md §3 to §5: request table with the total, percentiles for the same rows, no error
    report."""
    report = quick_start.report
    assert report.total is not None
    for row in (*report.rows.values(), report.total):
        assert 0 <= row.shortest <= row.median <= row.longest
        assert row.shortest <= row.average <= row.longest
        assert row.rate > 0 and row.failure_rate == 0
    assert set(report.percentiles) == {*report.rows, ("", "Aggregated")}
    for *figures, requests in report.percentiles.values():
        assert len(figures) == 11 and figures == sorted(figures)
        assert requests in {report.total.requests, report.total.requests // 2}
    assert "Error report" not in quick_start.stderr


def test_tables_are_printed_while_it_runs_unless_only_the_summary_is_wanted(
    tool: Tool, demo: Target, quick_start: Run
) -> None:
    """docs/contract/outputs.md §3: one at the start and every two seconds; `--only-summary` leaves the last."""
    ended = run_until(tool, Goal(samples=2), "-f", EXAMPLES / "quickstart.py", "--headless", "-H", demo.url)
    assert ended.stderr.count("Type     Name ") >= 3, "at the start, at the end, percentiles"
    assert quick_start.stderr.count("Type     Name ") == 2


def test_a_target_that_refuses_is_reported_and_fails_the_run(tool: Tool) -> None:
    """docs/contract/http-client.md §3: connection refused, by its text; docs/contract/cli.md §10: exit code 1."""
    ended = run_example(tool, "quickstart.py", "http://127.0.0.1:9")
    assert ended.exit_code == 1
    errors = ended.report.errors
    text = "ConnectionRefusedError(111, 'Connection refused')"
    assert set(errors) == {f"GET /json: {text}", f"GET /text: {text}"}
    assert ended.report.failures == ended.report.counts


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version_names_the_locust_whose_files_run(tool: Tool, option: str) -> None:
    """Row 2, docs/contract/cli.md §2: version, place and Python on stdout, exit code 0; rlocust names itself too."""
    ended = run(tool, option)
    assert ended.exit_code == 0
    version = r"^(rlocust \S+ \(Locust 2\.47\.0\)|locust 2\.47\.0) from \S.* \(Python 3\.\d+\.\d+\)$"
    assert re.search(version, ended.stdout, re.MULTILINE), ended.stdout


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_the_options_and_imports_nothing(tool: Tool, option: str, tmp_path: Path) -> None:
    """Row 2, docs/contract/cli.md §1: printed on stdout before any locustfile is imported, exit code 0."""
    (tmp_path / "locustfile.py").write_text("raise SystemExit('imported')\n")
    ended = run(tool, option, cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    for word in ("--headless", "--users", "--spawn-rate", "--run-time", "--host", "--tags", "--exclude-tags"):
        assert word in ended.stdout
    assert "imported" not in ended.stdout + ended.stderr
