"""Records of real Locust belong to programs that are there, and are no older than these."""

import json

import pytest

from tests.kit.places import PROGRAMS
from tests.kit.records import RECORDS, RENEW, digest_of


@pytest.mark.parametrize("name", sorted(path.name for path in RECORDS.glob("*.json")))
def test_a_record_is_no_older_than_its_program(name: str) -> None:
    record = json.loads((RECORDS / name).read_text())
    program = PROGRAMS / record["program"]
    assert program.exists(), f"{name} is the record of no program: delete it"
    assert record["digest"] == digest_of(program), f"{record['program']} is newer than {name}: {RENEW}"
