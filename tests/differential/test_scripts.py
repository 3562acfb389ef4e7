"""A locustfile gives under rlocust what it gave under real Locust: prints, log, tables, errors, exit code.

Every case is held against its record; `oracle` holds five against real Locust of now, so that the records stay honest,
and `python -m tests.differential.diff` (`make diff`) all of them.
"""

import pytest

from tests.differential.lab import scripts, tools
from tests.kit.tools import LOCUST, RLOCUST

LIVE = ("catch_response-http", "names-fast", "exceptions", "lifecycle", "stats_read")
CASES = {case.name: case for case in scripts.cases()}

WITH_SESSIONS_OF_NO_RUN = {"own_clients"}  # an HttpSession without a user: its requests belong to nobody's sums


@pytest.fixture(scope="module")
def lab():
    with tools.lab_server() as server:
        yield server


def _with_mark(name):
    return pytest.param(name, marks=[pytest.mark.clock] if CASES[name].is_about_time else [])


def must_agree(case, expected, got):
    differences = scripts.compare(case, expected, got, scripts.permits()).differences
    if differences:
        pytest.fail("\n".join(["- real Locust, + rlocust:", *differences]), pytrace=False)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", [_with_mark(name) for name in sorted(CASES)])
def test_gives_what_real_locust_gave(name, lab):
    """And its account of attempts agrees with what the server was asked."""
    got = scripts.run(CASES[name], RLOCUST, lab)
    must_agree(CASES[name], scripts.read_record(CASES[name]), got)
    assert name in WITH_SESSIONS_OF_NO_RUN or not scripts.misaccounted(got)


@pytest.mark.oracle
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LIVE)
def test_the_record_is_what_real_locust_gives_now(name, lab):
    if not LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {LOCUST.command[0]} (set LOCUST_PYTHON)")
    must_agree(CASES[name], scripts.read_record(CASES[name]), scripts.run(CASES[name], LOCUST, lab))


def test_every_record_belongs_to_a_case():
    assert {path.stem for path in scripts.RECORDS.glob("*.json")} == set(CASES)


def test_no_record_is_older_than_its_locustfile():
    older = [case.name for case in scripts.older_than_their_files()]
    assert not older, f"{', '.join(older)}\nhint: .venv/bin/python -m tests.differential.diff --record --stale"


def test_every_permit_names_its_reason():
    for permit in scripts.permits():
        assert permit.because.startswith(("A: ", "B: ", "C: "))
        assert permit.locust or permit.rlocust
