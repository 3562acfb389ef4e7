"""A locustfile gives under rlocust what it gave under real Locust: prints, log, tables, errors, exit code.

Every case is held against its record; five also run live under both tools, so that the records stay honest.
"""

import pytest
from lab import scripts, tools

LIVE = ("catch_response-http", "names-fast", "exceptions", "lifecycle", "stats_read")
CASES = {case.name: case for case in scripts.cases()}


def differences(case, expected):
    result = scripts.compare(case, expected, scripts.run(case, tools.RLOCUST), scripts.permits())
    return "\n".join(result.differences)


@pytest.mark.parametrize("name", CASES)
def test_gives_what_real_locust_gave(name):
    assert not differences(CASES[name], scripts.read_record(CASES[name]))


@pytest.mark.parametrize("name", LIVE)
def test_gives_what_real_locust_gives_now(name):
    if not tools.LOCUST.is_installed:
        pytest.skip(f"real Locust is not installed at {tools.LOCUST.command[0]} (set LOCUST_PYTHON)")
    assert not differences(CASES[name], scripts.run(CASES[name], tools.LOCUST))


def test_every_record_belongs_to_a_case():
    assert {path.stem for path in scripts.RECORDS.glob("*.json")} == set(CASES)


def test_every_permit_names_its_reason():
    for permit in scripts.permits():
        assert permit.because.startswith(("A: ", "B: "))
        assert permit.locust or permit.rlocust
