"""Large bodies: a stream needs no memory to speak of, a whole body is held once and freed with its response."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))

from lab import tools

PROGRAM = Path(__file__).with_name("programs") / "bodies.py"
MEGABYTES = 100
BODY = MEGABYTES * 1_000_000 // 1024  # KiB
SLACK = 2048  # KiB: pages that the allocator keeps


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="reads the peak from /proc")
def test_a_hundred_megabytes_come_in_little_memory_streamed_and_in_one_copy_whole():
    """Issue 4, Reach: at most 256 KiB more for a stream; otherwise one copy, freed with the response."""
    with tools.lab_server() as lab:
        command = [sys.executable, str(PROGRAM), lab.address, str(MEGABYTES)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0, ran.stderr
    for client, memory in json.loads(ran.stdout).items():
        assert memory["streamed"] <= 256, client
        assert BODY <= memory["whole"] + SLACK <= BODY + 2 * SLACK, client
        assert memory["left"] <= SLACK, client
