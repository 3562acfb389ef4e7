"""A locustfile gives under rlocust what it gave under real Locust: prints, log, tables, errors, exit code.

Every case is held against its record; five also run live under both tools, so that the records stay honest.
"""

import warnings
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.differential.lab import scripts
from tests.kit.tools import LOCUST, RLOCUST

LIVE = ("catch_response-http", "names-fast", "exceptions", "lifecycle", "stats_read")
CASES = {case.name: case for case in scripts.cases()}

AT_ONCE = 2
WITH_SESSIONS_OF_NO_RUN = {"own_clients"}  # an HttpSession without a user: its requests belong to nobody's sums


@pytest.fixture(scope="module")
def outcomes(request):
    """The chosen cases under rlocust, a few at once: most of a run is waiting."""
    names = {item.callspec.params["name"] for item in request.session.items if is_case(item)}
    pool = ThreadPoolExecutor(AT_ONCE)
    futures: dict[str, Future] = {name: pool.submit(scripts.run, CASES[name], RLOCUST) for name in sorted(names)}
    yield futures
    pool.shutdown(cancel_futures=True)


def is_case(item):
    return item.path.name == "test_scripts.py" and "name" in getattr(getattr(item, "callspec", None), "params", {})


def must_agree(case, expected, got):
    """A run that differs is made again, alone: where the machine stands still for a moment, a wait is late in it."""
    differences = compared(case, expected, got.result())
    if differences:
        warnings.warn(f"differed at first: {case.name}: {'; '.join(differences)}", stacklevel=2)
        differences = compared(case, expected, scripts.run(case, RLOCUST))
    if differences:
        pytest.fail("\n".join(["- real Locust, + rlocust:", *differences]), pytrace=False)


def compared(case, expected, got):
    return scripts.compare(case, expected, got, scripts.permits()).differences


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(CASES))
def test_gives_what_real_locust_gave(name, outcomes):
    must_agree(CASES[name], scripts.read_record(CASES[name]), outcomes[name])


@pytest.mark.parametrize("name", sorted(CASES.keys() - WITH_SESSIONS_OF_NO_RUN))
def test_attempts_agree_with_what_the_server_was_asked(name, outcomes):
    assert not scripts.misaccounted(outcomes[name].result())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LIVE)
def test_gives_what_real_locust_gives_now(name, outcomes):
    if not LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {LOCUST.command[0]} (set LOCUST_PYTHON)")
    must_agree(CASES[name], scripts.run(CASES[name], LOCUST), outcomes[name])


def test_every_record_belongs_to_a_case():
    assert {path.stem for path in scripts.RECORDS.glob("*.json")} == set(CASES)


def test_every_permit_names_its_reason():
    for permit in scripts.permits():
        assert permit.because.startswith(("A: ", "B: ", "C: "))
        assert permit.locust or permit.rlocust
