"""Each fault of a server looks to a locustfile as it looked under real Locust: exceptions and what they were raised
from, the response, the request event, the sums, the requests the server saw."""

import json
import warnings

import pytest

from tests.differential.lab import failures, tools
from tests.kit.tools import LOCUST, RLOCUST

LIVE = ["cut/", "reset/", "refused", "chunk/word", "redirect/to_reset"]


@pytest.fixture(scope="module")
def taken():
    return failures.take(RLOCUST)


def settled(tool, expected, got, listed):
    compared = failures.settle(tool, expected, got, listed)
    if compared.asked_again:
        warnings.warn(f"differed at first: {', '.join(compared.asked_again)}", stacklevel=2)
    return compared


@pytest.mark.timeout(600)
def test_every_failure_looks_as_it_did_under_real_locust(taken):
    compared = settled(RLOCUST, failures.read_record(), taken, failures.listed_cases())
    print(compared.summary)
    assert not compared.different, "\n".join([*compared.report, compared.summary])
    assert not compared.stale, "listed, but no longer different"


def test_every_listed_difference_has_a_reason():
    assert all(entry["because"].startswith(("A: ", "B: ")) for entry in failures.listed_cases())


@pytest.mark.timeout(300)
def test_the_record_is_what_real_locust_does_now():
    if not LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {LOCUST.command[0]} (set LOCUST_PYTHON)")
    now = failures.take(LOCUST, LIVE)
    recorded = {name: case for name, case in failures.read_record().items() if name in now}
    compared = settled(LOCUST, recorded, now, [])
    assert not compared.different, "\n".join(compared.report)


def test_a_call_given_up_while_connecting_counts_as_failed_before_it_was_sent():
    with tools.lab_server() as server:
        locustfile = str(tools.HERE / "late_locustfile.py")
        extra = {"LAB_PORTS": json.dumps(server.ports)}
        ended = tools.run(RLOCUST, ["-f", locustfile, "--headless", "--only-summary"], extra)
    samples = next(line for line in ended.stderr.splitlines() if line.startswith("Samples"))
    assert "1 failed," in samples and "1 failed before sending" in samples, samples
