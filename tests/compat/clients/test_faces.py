"""Both HTTP clients seen from a suite: programs in `faces/` try every argument, attribute and method that
docs/contract/http-client.md names, and must print what they print under real Locust, as recorded in `faces/records`.

Real Locust must print the record, too (`make diff`, and at night); `make records` records anew.
"""

import difflib
import os
from pathlib import Path

import pytest

from tests.differential.lab import tools
from tests.kit import records
from tests.kit.processes import running
from tests.kit.programs import both
from tests.kit.tools import LOCUST, LOCUST_PYTHON, RLOCUST, program_command

HERE = Path(__file__).with_name("faces")
RECORDS = HERE / "records"
FACES = sorted(path.stem for path in HERE.glob("*.py") if path.stem != "kit")
LIMIT = 100  # seconds for one program


@pytest.fixture(scope="module")
def server():
    with tools.lab_server() as lab:
        yield lab


def printed_by(tool, face, server, folder):
    """The record holds no warnings: they go to the other stream."""
    command = program_command(tool, HERE / f"{face}.py", server.address)
    with running(command, folder, tools.STEADY | {"HOME": str(folder), "PYTHONPATH": ""}) as process:
        code = process.wait(LIMIT)
        assert code == 0, f"{process.stderr}\nafter\n{process.stdout[-2000:]}"
        return process.stdout.splitlines()


def insist_on_equal(record, printed, who):
    differences = difflib.unified_diff(record, printed, "record", who, lineterm="", n=0)
    assert record == printed, "\n".join(list(differences)[:60])


def record_of(face):
    return (RECORDS / f"{face}.txt").read_text().splitlines()


def test_parts_that_are_made_on_touch_look_as_if_they_had_been_there():
    assert len(both("clients/session_parts.py")) > 30


@pytest.mark.parametrize("face", FACES)
def test_the_clients_look_as_under_locust(face, server, tmp_path):
    """docs/contract/http-client.md §1 to §6; the program's first line says which part."""
    insist_on_equal(record_of(face), printed_by(RLOCUST, face, server, tmp_path), "rlocust")


@pytest.mark.oracle
@pytest.mark.skipif(not os.path.exists(LOCUST_PYTHON), reason="real Locust is not at hand")
@pytest.mark.parametrize("face", FACES)
def test_locust_still_prints_the_record(face, server, tmp_path):
    lines = printed_by(LOCUST, face, server, tmp_path)
    if records.MODE == "record":
        (RECORDS / f"{face}.txt").write_text("\n".join(lines) + "\n")
    insist_on_equal(record_of(face), lines, "Locust")
