"""Each fault of a server looks to a locustfile as it looked under real Locust: exceptions and what they were raised
from, the response, the request event, the sums, the requests the server saw."""

import json

import pytest

from tests.differential.lab import failures, tools
from tests.differential.lab.failure_cases import GROUPS
from tests.kit.tools import LOCUST, RLOCUST

LIVE = ["cut/", "reset/", "refused", "chunk/word", "redirect/to_reset"]


def _with_mark(group):
    return pytest.param(group, marks=[pytest.mark.clock] if group == "slow" else [])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("group", [_with_mark(group) for group in GROUPS])
@pytest.mark.parametrize("client", failures.CLIENTS)
def test_every_failure_looks_as_it_did_under_real_locust(client, group):
    names = failures.names(group=group, client=client)
    recorded = failures.read_record()
    expected = {name: recorded.get(name) for name in names}
    compared = failures.compare(expected, failures.take(RLOCUST, names), failures.listed_cases())
    print(compared.summary)
    assert not compared.different, "\n".join([*compared.report, compared.summary])
    assert not compared.stale, "listed, but no longer different"


def test_the_record_is_of_the_cases_as_they_are():
    hint = "hint: .venv/bin/python -m tests.differential.failures --record"
    assert failures.read_record().keys() == set(failures.names()), hint
    assert not failures.is_older_than_its_program(), f"a case or an answer is newer than the record\n{hint}"


def test_every_listed_difference_has_a_reason():
    assert all(entry["because"].startswith(("A: ", "B: ")) for entry in failures.listed_cases())


@pytest.mark.oracle
@pytest.mark.timeout(900)
def test_the_record_is_what_real_locust_does_now():
    if not LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {LOCUST.command[0]} (set LOCUST_PYTHON)")
    now = failures.take(LOCUST, failures.names(LIVE))
    recorded = {name: case for name, case in failures.read_record().items() if name in now}
    compared = failures.compare(recorded, now, [])
    assert not compared.different, "\n".join(compared.report)


def test_a_call_given_up_while_connecting_counts_as_failed_before_it_was_sent():
    with tools.lab_server() as server:
        locustfile = str(tools.HERE / "late_locustfile.py")
        extra = {"LAB_PORTS": json.dumps(server.ports)}
        ended = tools.run(RLOCUST, ["-f", locustfile, "--headless", "--only-summary"], extra)
    samples = next(line for line in ended.stderr.splitlines() if line.startswith("Samples"))
    assert "1 failed," in samples and "1 failed before sending" in samples, samples
