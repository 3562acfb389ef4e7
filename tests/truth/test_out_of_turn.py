"""A response time ends when the answer could be read. The kernel stamps a segment that comes out of turn when it comes,
and keeps it until what is missing has come too."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PEER = Path(__file__).with_name("out_of_turn_peer.py")
VISITOR = Path(__file__).with_name("out_of_turn_users.py")
PAUSE = 0.3
MISSING = 0.025  # at most: two ticks of the kernel's clock, of 10 ms at 100 Hz, and some
ORDERS = ("0-12", "02-1", "12-0")
#: Of each order for each client: the first opens a connection.
VISITS = 2


def in_a_network_of_its_own(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    words = ["unshare", "--map-root-user", "--net", *map(str, command)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module", autouse=True)
def _needs_a_device() -> None:
    if not shutil.which("unshare"):
        pytest.skip("no `unshare` here to make a network with")
    tried = in_a_network_of_its_own(sys.executable, PEER, "0", "true")
    if tried.returncode:
        pytest.skip(f"no TUN device can be made here: {tried.stderr.strip().splitlines()[-1]}")


@pytest.mark.clock
def test_an_answer_ends_when_what_was_missing_has_come() -> None:
    rlocust = [sys.executable, "-m", "rlocust", "-f", VISITOR, "--headless", "-u", "2", "-r", "2"]
    ended = in_a_network_of_its_own(sys.executable, PEER, str(PAUSE), *rlocust)
    visits = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("[")]
    wanted = [[kind, order, 2000, "None"] for kind in ("Fast", "Http") for order in ORDERS for _ in range(VISITS)]
    assert sorted(visit[:4] for visit in visits) == wanted, ended.stderr
    for *_, waited, response_time in visits:
        assert PAUSE - MISSING <= response_time <= waited, visits
