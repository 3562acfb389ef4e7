"""Rows 12, 13, 16, 18 and 27 of the promise: events, custom arguments, own clients, messages, acceptance limits."""

import csv
from pathlib import Path

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit.places import EXAMPLES, LOCUSTFILES
from tests.kit.processes import Process
from tests.kit.runs import Goal, run_example, run_until
from tests.kit.targets import Target
from tests.kit.tools import Tool

# Row 12: events


def test_each_event_is_heard_in_its_order(tool: Tool, demo: Target) -> None:
    """Row 12, docs/contract/events.md §5.1."""
    ended = run_example(tool, "event_listeners.py", demo.url, users=3)
    assert ended.exit_code == 0, ended.stderr
    good = demo.received().total
    assert ended.stdout.splitlines() == [
        "init: this is a local runner",
        f"test_start: against {demo.url}",
        "spawning_complete: 3 users",
        "test_stopping: running",
        "test_stop: stopped",
        f"quitting: heard {good} good, 0 failed, 0 mishaps",
        f"quitting: the statistics say {good} good, 0 failed",
        "quit: 0",
    ]


@pytest.mark.parametrize(("broken", "code"), [("server", 3), ("suite", 4)])
def test_a_listener_decides_the_exit_code(tool: Tool, demo: Target, broken: str, code: int) -> None:
    """Row 12, docs/contract/events.md §6: `process_exit_code` set while quitting."""
    ended = run_example(tool, "event_listeners.py", demo.url, users=3, env={"BROKEN": broken})
    asked = demo.received().total
    failed, mishaps = (asked, 0) if broken == "server" else (0, asked)
    assert ended.exit_code == code and ended.stdout.splitlines()[-1] == f"quit: {code}"
    assert f"quitting: heard {asked - failed} good, {failed} failed, {mishaps} mishaps" in ended.stdout
    assert ended.has_logged(f"Shutting down (exit code {code})")


def test_events_of_old_files_are_answered_as_locust_does(tool: Tool) -> None:
    """Row 12, docs/contract/events.md §1: the attribute does not exist, each user says so, the run ends with 1."""
    line = "ERROR/locust.user.task: 'Events' object has no attribute 'request_success'"
    words = ["-f", EXAMPLES / "old_events.py", "--headless", "-u", "2", "-r", "2"]
    ended = run_until_it("a line of each user", lambda process: process.stderr.count(line) >= 2, tool, *words)
    assert ended.exit_code == 1
    assert ended.has_logged("AttributeError: 'Events' object has no attribute 'request_success'")


# Row 13: custom arguments


def test_arguments_of_the_suite_reach_its_users(tool: Tool, demo: Target) -> None:
    """Row 13, docs/contract/events.md §7: seen in `environment.parsed_options`."""
    options = ["--page", "/text", "--page", "/json", "--language", "de", "--pause", "3600", "--token", "abc"]
    words = ["-f", EXAMPLES / "custom_arguments.py", "--headless", "-u", "2", "-r", "2", "-H", demo.url, *options]

    def has_gone_on(process: Process) -> bool:
        """For two more tables, one every two seconds."""
        return demo.received().total >= 4 and process.stderr.count("Type     Name ") >= 3

    ended = run_until_it("four requests, and a while without any", has_gone_on, tool, *words)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /text /json in de every 3600.0 s, 3 letters of token\n")
    assert demo.received().paths == {"/text": 2, "/json": 2}, "one visit of each user, who then pauses for an hour"


def test_arguments_have_defaults(tool: Tool, demo: Target) -> None:
    ended = run_example(tool, "custom_arguments.py", demo.url)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /json in en every 0.05 s, 0 letters of token\n")
    quiet = run_example(tool, "custom_arguments.py", demo.url, "--quietly")
    assert (quiet.exit_code, quiet.stdout) == (0, "")


def test_arguments_come_from_the_environment_and_files_too(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """Row 13, docs/contract/cli.md: command line over environment over file, as for Locust's own options."""
    (tmp_path / "own.conf").write_text("language = fr\npause = 0.2\n")
    load = ["--headless", "-u", "1", "-H", demo.url, "--config", tmp_path / "own.conf", "--pause", "0.3"]
    variables = {"SHOP_TOKEN": "secret", "SHOP_PAGE": "/text"}
    ended = run_until(tool, Goal(samples=1), "-f", EXAMPLES / "custom_arguments.py", *load, env=variables)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /text in fr every 0.3 s, 6 letters of token\n")


def test_a_wrong_choice_is_refused(tool: Tool, demo: Target) -> None:
    """Row 13, docs/contract/cli.md: exit code 2 before anything runs."""
    refused = run_example(tool, "custom_arguments.py", demo.url, "--language", "it")
    assert refused.exit_code == 2 and "--language" in refused.stderr and "'it'" in refused.stderr
    assert demo.received().total == 0


# Row 16: own client


def test_an_own_client_reports_by_the_request_event(tool: Tool) -> None:
    """Row 16, docs/contract/events.md §3: rows, failures and texts from `events.request.fire` alone."""
    # So many that three to one may not come out as one to one: it would in one of 10^12 runs.
    ended = run_example(tool, "own_client.py", None, users=20, goal=Goal(names={"add": 150, "divide": 1}))
    report = ended.report
    assert ended.exit_code == 1 and report.names == {"xmlrpc add", "xmlrpc divide"}
    divided = report.counts["xmlrpc divide"]
    assert report.failures == {"xmlrpc divide": divided} and divided < report.counts["xmlrpc add"]
    fault = "xmlrpc divide: <Fault 1: \"<class 'ZeroDivisionError'>:integer division or modulo by zero\">"
    assert report.errors == {fault: divided}


def test_single_requests_go_into_a_file(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """docs/contract/python-api.md §14: CsvRequestLogger."""
    (tmp_path / "logged.py").write_text(LOGGED)
    load = ["--headless", "-H", demo.url, "-s", "30"]
    ended = run_until(tool, Goal(samples=3), "-f", "logged.py", *load, cwd=tmp_path)
    assert ended.exit_code == 1, ended.stderr
    with (tmp_path / "requests.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == demo.received().total > 0
    assert (
        list(lines[0]) == "timestamp request_type name response_time_ms response_length status_code exception".split()
    )
    assert {(line["request_type"], line["name"], line["status_code"]) for line in lines} == {
        ("GET", "/status/404", "404")
    }
    assert lines[0]["exception"].startswith("404 Client Error: Not Found for url")


LOGGED = (LOCUSTFILES / "logged.py").read_text()


# Row 18, the local half: messages


def test_a_local_node_hears_its_own_messages(tool: Tool, demo: Target) -> None:
    """Row 18, docs/contract/events.md §8: `register_message`, `send_message`, `msg.data`, on a local run."""
    goal = Goal(names={f"/echo/user{number}": 1 for number in range(3)})
    ended = run_example(tool, "messages.py", demo.url, users=3, goal=goal)
    assert (ended.exit_code, ended.stdout) == (0, "thanks: 3 accounts arrived\n"), ended.stderr
    assert set(demo.received().paths) == {"/echo/user0", "/echo/user1", "/echo/user2"}


# Row 27: acceptance limits


@pytest.mark.parametrize(
    ("limits", "slow", "reason"),
    [
        ({}, 1, None),
        ({"LIMIT_RATE": "100000"}, 1, "requests/s, under 100000"),
        # One in ten is slow: of so many, fewer than one in twenty would be in one of 10^8 runs.
        ({"LIMIT_P95_MS": "20"}, 60, "ms, over 20 ms"),
        ({"SLOW_PAGE": "/status/500"}, 1, "of the requests failed, over 0.1%"),
    ],
)
def test_limits_decide_whether_the_service_is_accepted(
    tool: Tool, demo: Target, limits: dict[str, str], slow: int, reason: str | None
) -> None:
    """Row 27: the exit code of the program, and the reason. No machine is so busy that the other limits are reached."""
    env = {"LIMIT_RATE": "0.01", "LIMIT_P95_MS": "60000", **limits}
    ended = run_example(tool, "acceptance.py", demo.url, users=40, goal=Goal(names={"slow page": slow}), env=env)
    if reason is None:
        assert (ended.exit_code, ended.stdout) == (0, "")
    else:
        assert ended.exit_code == 1 and ended.stdout.startswith("not accepted: ") and reason in ended.stdout
