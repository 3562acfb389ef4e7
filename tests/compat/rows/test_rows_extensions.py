"""Rows 12, 13, 16, 18 and 27 of the promise: events, custom arguments, own clients, messages, acceptance limits."""

import csv
from pathlib import Path

import pytest

from tests.kit.places import EXAMPLES, LOCUSTFILES
from tests.kit.runs import run_example
from tests.kit.targets import Target
from tests.kit.tools import Tool, run

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
    ended = run_example(tool, "old_events.py", None, users=2)
    assert ended.exit_code == 1
    assert ended.has_logged("ERROR/locust.user.task: 'Events' object has no attribute 'request_success'")
    assert ended.has_logged("AttributeError: 'Events' object has no attribute 'request_success'")


# Row 13: custom arguments


def test_arguments_of_the_suite_reach_its_users(tool: Tool, demo: Target) -> None:
    """Row 13, docs/contract/events.md §7: seen in `environment.parsed_options`."""
    options = ["--page", "/text", "--page", "/json", "--language", "de", "--pause", "0.1", "--token", "abc"]
    ended = run_example(tool, "custom_arguments.py", demo.url, *options, users=2)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /text /json in de every 0.1 s, 3 letters of token\n")
    received = demo.received().paths
    assert received["/text"] == received["/json"] and set(received) == {"/text", "/json"}
    assert 8 <= received["/text"] <= 22, "two users, ten visits a second each at most"


def test_arguments_have_defaults(tool: Tool, demo: Target) -> None:
    ended = run_example(tool, "custom_arguments.py", demo.url)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /json in en every 0.05 s, 0 letters of token\n")
    quiet = run_example(tool, "custom_arguments.py", demo.url, "--quietly")
    assert (quiet.exit_code, quiet.stdout) == (0, "")


def test_arguments_come_from_the_environment_and_files_too(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """Row 13, docs/contract/cli.md: command line over environment over file, as for Locust's own options."""
    (tmp_path / "own.conf").write_text("language = fr\npause = 0.2\n")
    load = ["--headless", "-u", "1", "-t", "1s", "-H", demo.url, "--config", tmp_path / "own.conf"]
    variables = {"SHOP_TOKEN": "secret", "SHOP_PAGE": "/text"}
    ended = run(tool, "-f", EXAMPLES / "custom_arguments.py", *load, "--pause", "0.3", env=variables)
    assert (ended.exit_code, ended.stdout) == (0, "visiting /text in fr every 0.3 s, 6 letters of token\n")


def test_a_wrong_choice_is_refused(tool: Tool, demo: Target) -> None:
    """Row 13, docs/contract/cli.md: exit code 2 before anything runs."""
    refused = run_example(tool, "custom_arguments.py", demo.url, "--language", "it")
    assert refused.exit_code == 2 and "--language" in refused.stderr and "'it'" in refused.stderr
    assert demo.received().total == 0


# Row 16: own client


def test_an_own_client_reports_by_the_request_event(tool: Tool) -> None:
    """Row 16, docs/contract/events.md §3: rows, failures and texts from `events.request.fire` alone."""
    ended = run_example(tool, "own_client.py", None, users=4, time="2s")
    report = ended.report
    assert ended.exit_code == 1 and report.names == {"xmlrpc add", "xmlrpc divide"}
    divided = report.counts["xmlrpc divide"]
    assert report.failures == {"xmlrpc divide": divided} and divided < report.counts["xmlrpc add"]
    fault = "xmlrpc divide: <Fault 1: \"<class 'ZeroDivisionError'>:integer division or modulo by zero\">"
    assert report.errors == {fault: divided}


def test_single_requests_go_into_a_file(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """docs/contract/python-api.md §14: CsvRequestLogger."""
    (tmp_path / "logged.py").write_text(LOGGED)
    ended = run(tool, "-f", "logged.py", "--headless", "-t", "1s", "-H", demo.url, "-s", "5", cwd=tmp_path)
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
    ended = run_example(tool, "messages.py", demo.url, users=3)
    assert (ended.exit_code, ended.stdout) == (0, "thanks: 3 accounts arrived\n"), ended.stderr
    assert set(demo.received().paths) == {"/echo/user0", "/echo/user1", "/echo/user2"}


# Row 27: acceptance limits


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"LIMIT_RATE": "20"}, None),
        ({"LIMIT_RATE": "100000"}, "requests/s, under 100000"),
        ({"LIMIT_P95_MS": "20"}, "ms, over 20 ms"),
        ({"SLOW_PAGE": "/status/500"}, "of the requests failed, over 0.1%"),
    ],
)
def test_limits_decide_whether_the_service_is_accepted(
    tool: Tool, demo: Target, limits: dict[str, str], reason: str | None
) -> None:
    """Row 27: the exit code of the program, and the reason."""
    ended = run_example(tool, "acceptance.py", demo.url, users=8, time="2s", env={"LIMIT_RATE": "20", **limits})
    if reason is None:
        assert (ended.exit_code, ended.stdout) == (0, "")
    else:
        assert ended.exit_code == 1 and ended.stdout.startswith("not accepted: ") and reason in ended.stdout
