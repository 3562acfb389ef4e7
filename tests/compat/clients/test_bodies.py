"""Large bodies: a stream needs no memory to speak of, a whole body is held once and freed with its response."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.differential.lab import tools
from tests.kit import records
from tests.kit.places import PROGRAMS
from tests.kit.tools import LOCUST, RLOCUST, program_command

RECORD = Path(__file__).with_name("records") / "streams.json"
MEGABYTES = 100
MEGABYTES_OF_LOCUST = 8
BODY = MEGABYTES * 1_000_000 // 1024  # KiB
SLACK = 2048  # KiB: pages that the allocator keeps
STREAMED = 256  # KiB
PIECE = 64  # KiB: how a stream's segments fall makes one piece more or less


def measured(program, *kind, tool=RLOCUST, megabytes=MEGABYTES):
    with tools.lab_server() as lab:
        command = program_command(tool, PROGRAMS / program, lab.address, str(megabytes), *kind)
        ran = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.clock
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads the peak from /proc")
def test_a_hundred_megabytes_stream_through_little_memory_however_they_are_read():
    """Issue 4, Reach: at most 256 KiB more for a stream."""
    peaks = measured("streams.py", "resident")
    assert {way: peak for way, peak in peaks.items() if peak > STREAMED} == {}


@pytest.mark.clock
def test_what_python_holds_of_a_stream_is_no_more_than_under_locust():
    """geventhttpclient itself needs more than 256 KiB to read pieces of 64 KiB: there, as much as in the record."""
    peaks, of_locust = measured("streams.py", "live"), json.loads(RECORD.read_text())
    assert peaks.keys() == of_locust.keys()
    allowed = {way: max(STREAMED, peak + PIECE) for way, peak in of_locust.items()}
    assert {way: peak for way, peak in peaks.items() if peak > allowed[way]} == {}


@pytest.mark.oracle
@pytest.mark.skipif(not LOCUST.is_installed, reason="real Locust is not at hand")
def test_locust_holds_as_much_of_a_stream_as_in_the_record():
    peaks = measured("streams.py", "live", tool=LOCUST, megabytes=MEGABYTES_OF_LOCUST)
    if records.MODE == "record":
        RECORD.write_text(json.dumps(peaks, indent=1) + "\n")
    record = json.loads(RECORD.read_text())
    assert peaks.keys() == record.keys()
    assert {way: (peak, record[way]) for way, peak in peaks.items() if abs(peak - record[way]) > PIECE} == {}


@pytest.mark.clock
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory from /proc")
def test_a_hundred_megabytes_are_held_once_and_freed_with_their_response():
    """Issue 4, Reach: otherwise one copy, freed with the response."""
    for client, memory in measured("bodies.py").items():
        assert BODY <= memory["whole"] + SLACK <= BODY + 2 * SLACK, (client, memory, BODY)
        assert memory["left"] <= SLACK, (client, memory)
