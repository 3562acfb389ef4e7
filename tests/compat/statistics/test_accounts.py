"""The account of samples and attempts over all roads of a call (docs/http-roads.md): whoever carries a call, its sample
is in one class, and its attempts are those that the server counted or are said to be unknown."""

import json
from pathlib import Path

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit.places import LOCUSTFILES
from tests.kit.ports import free_port
from tests.kit.programs import ours
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run

ANSWERED = {"answered": 1}
UNKNOWN = {"attempts_unknown": 1}

#: How a call ends -> the class of its sample, its attempts where they are seen, how many came to the server.
ENDS: dict[str, tuple[dict[str, int], dict[str, int], int]] = {
    "answered": ({"ok": 1}, ANSWERED, 1),
    "error": ({"failed": 1}, ANSWERED, 1),
    "redirected": ({"ok": 1}, {"answered": 3}, 3),
    "refused": ({"failed_before_send": 1}, {}, 0),
    "reset": ({"failed": 1}, {"failed_after_send": 1}, 1),
    "failed in block": ({"failed": 1}, ANSWERED, 1),
    "dropped": ({"unreported": 1}, ANSWERED, 1),
    "killed in block": ({"unreported": 1}, ANSWERED, 1),
    "killed": ({"cut": 1}, {"cut_after_send": 1}, 1),
    "timed out": ({"cut": 1}, {"cut_after_send": 1}, 1),
    "no such scheme": ({}, {}, 0),
    "unknown argument": ({}, {}, 0),
    "broken hook": ({"unreported": 1}, ANSWERED, 1),
}

#: Both clients carry these natively: `requests` alone knows hooks.
NATIVE = ("engine", "prepared", "fast engine")
#: Carried by `requests`, by adapters that are watched.
SEEN = ("hooks", "auth", "stream")
#: Carried by an adapter or a user agent whose attempts nobody sees.
UNSEEN = ("mounted", "replaced", "fast agent", "fast stream")


def expected(road: str, end: str) -> tuple[dict[str, int], dict[str, int], int]:
    samples, attempts, server = ENDS[end]
    is_fast = road.startswith("fast")
    if is_fast and end == "timed out":
        samples = {"failed": 1}  # geventhttpclient makes a failed request of it
    if is_fast and end == "unknown argument":
        samples, attempts, server, road = {"ok": 1}, ANSWERED, 1, "fast agent"  # a field of the query
    if road in NATIVE and end == "broken hook":
        road = "hooks"
    if road in NATIVE or not samples:
        return samples, attempts, server
    if end == "refused" and road in UNSEEN:
        samples = {"failed": 1}  # whether anything was sent is unknown
    if end == "reset" and is_fast:
        server = 12  # geventhttpclient tries again and again
    is_seen = road in SEEN and end not in ("killed", "timed out")
    return {**samples, "python_timed": 1}, attempts if is_seen else UNKNOWN, server


@pytest.fixture(scope="module")
def accounts(demo_process: Target) -> dict[tuple[str, str], list[object]]:
    lines = ours("accounts.py", demo_process.url, f"http://127.0.0.1:{free_port()}")
    return {(road, end): rest for road, end, *rest in map(json.loads, lines)}


@pytest.mark.parametrize("road", [*NATIVE, *SEEN, *UNSEEN])
def test_every_end_by_every_road_is_in_the_account(accounts: dict[tuple[str, str], list[object]], road: str) -> None:
    ends = [end for own, end in accounts if own == road]
    assert len(ends) == len(ENDS) - road.startswith("fast")  # which has no hooks
    for end in ends:
        assert accounts[road, end] == list(expected(road, end)), end


@pytest.mark.parametrize("client", ["HttpUser", "FastHttpUser"])
def test_set_up_happens_before_the_clock_of_the_first_call(demo: Target, client: str) -> None:
    """docs/http-roads.md: what is made once stands in no response time."""
    assert ours("first_calls.py", demo.url, client) == ["[]"]


def test_what_one_users_first_call_sets_up_stands_in_no_time_of_anothers(demo: Target) -> None:
    assert ours("beside_first_calls.py", demo.url) == ["not held up"]


LOSE = ["-f", str(LOCUSTFILES / "lost_samples.py"), "--headless", "-u", "5", "-r", "5", "--only-summary"]


def ended(target: Target, road: str, what: str, *words: str | Path) -> Run:
    """A headless run of five users that call once, until all of them have."""
    seen, condition = {
        "cut": ("ten calls at the server", lambda _: target.received().total >= 10),
        "unreported": (
            "the error of each user",
            lambda process: process.stderr.count("ValueError: of the") >= 5,
        ),
        "unreported_late": ("all calls at the server", lambda _: target.received().total >= 5010),
    }[what]
    env = {"ROAD": road, "WHAT": what}
    return run_until_it(seen, condition, RLOCUST, *LOSE, "-H", target.url, *words, env=env)


ROADS = ["native", "requests", "agent"]


@pytest.mark.parametrize("road", ROADS)
def test_calls_in_flight_at_the_end_are_cut(demo: Target, road: str) -> None:
    """docs/verdicts.md: a limit on what was cut counts the calls of every road."""
    run = ended(demo, road, "cut", "--fail-if", "cut > 0")
    assert "Limit crossed: cut of the run is 10" in run.stderr
    assert "Samples: 10 (10 cut " in run.stderr
    assert ("Sent by a Python library, not by the engine: 10" in run.stderr) == (road != "native")
    assert ("attempts unknown of 10" in run.stderr) == (road != "native")
    assert "Nothing was tested: no request came to a result (10 cut)" in run.stderr
    assert run.exit_code == 3


@pytest.mark.parametrize("road", ROADS)
def test_samples_that_nobody_reports_are_unreported(demo: Target, road: str) -> None:
    run = ended(demo, road, "unreported", "--fail-if", "unreported > 0")
    assert "Limit crossed: unreported of the run is 20" in run.stderr
    assert "20 finished requests were never reported, the first of " in run.stderr
    assert "lost_samples.py:" in run.stderr.partition("the first of ")[2].splitlines()[0]
    assert "Nothing was tested: no request came to a result (20 unreported)" in run.stderr
    assert run.exit_code == 3


def test_a_sample_that_is_lost_late_has_its_line_too(demo: Target) -> None:
    run = ended(demo, "native", "unreported_late", "--stop-timeout", "30")
    assert "Samples: 5010 (5000 ok, 10 unreported)" in run.stderr
    assert "10 finished requests were never reported, one of " in run.stderr
    assert "lost_samples.py:" in run.stderr.partition("never reported, one of ")[2].splitlines()[0]


@pytest.mark.parametrize("how", ["fire", "measure"])
def test_limits_on_what_nobody_sees_of_the_suites_own_clients_never_hold(
    demo: Target, how: str, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.json"
    limits = ["--fail-if", "cut > 0", "--fail-if", "unreported > 5", "--fail-if", "requests < 1"]
    words = [*LOSE, "-H", demo.url, *limits, "--summary-json", summary]
    run = run_until(RLOCUST, Goal(samples=5), *words, env={"ROAD": "own", "WHAT": how})
    for metric in ("cut", "unreported"):
        assert (
            f"Limit not judged: {metric} of the run is unknown: of samples that the locustfile fires itself"
            in run.stderr
        )
    assert "Limit held: requests of the run is 5" in run.stderr
    assert "Fired by the locustfile itself: 5 (attempts, cut and unreported ones unknown)" in run.stderr
    assert "Samples: 5 (5 ok)" in run.stderr
    accounting = json.loads(summary.read_text())["accounting"]
    assert accounting["samples"]["fired_by_suite"] == 5
    assert accounting["attempts"]["unknown_of_samples"] == 5
    assert run.exit_code == 3
