"""Large bodies: a stream needs no memory to speak of, a whole body is held once and freed with its response."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.differential.lab import tools
from tests.kit.places import PROGRAMS
from tests.kit.tools import LOCUST, RLOCUST, program_command

MEGABYTES = 100
BODY = MEGABYTES * 1_000_000 // 1024  # KiB
SLACK = 2048  # KiB: pages that the allocator keeps
STREAMED = 256  # KiB
PIECE = 64  # KiB: how a stream's segments fall makes one piece more or less


def measured(program, tool=RLOCUST, megabytes=MEGABYTES):
    with tools.lab_server() as lab:
        command = program_command(tool, PROGRAMS / program, lab.address, str(megabytes))
        ran = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads the peak from /proc")
def test_a_hundred_megabytes_stream_through_little_memory_however_they_are_read():
    """Issue 4, Reach: at most 256 KiB more for a stream.

    geventhttpclient itself needs more to read pieces of 64 KiB: there, no more than under Locust.
    """
    peaks, of_locust = measured("streams.py"), measured("streams.py", LOCUST, megabytes=8)
    assert peaks.keys() == of_locust.keys()
    assert {way: peak["resident"] for way, peak in peaks.items() if peak["resident"] > STREAMED} == {}
    allowed = {way: max(STREAMED, peak["live"] + PIECE) for way, peak in of_locust.items()}
    assert {way: peak["live"] for way, peak in peaks.items() if peak["live"] > allowed[way]} == {}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory from /proc")
def test_a_hundred_megabytes_are_held_once_and_freed_with_their_response():
    """Issue 4, Reach: otherwise one copy, freed with the response."""
    for client, memory in measured("bodies.py").items():
        assert BODY <= memory["whole"] + SLACK <= BODY + 2 * SLACK, client
        assert memory["left"] <= SLACK, client
