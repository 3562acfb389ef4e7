"""A response time ends when the answer could be read. The kernel stamps a segment that comes out of turn when it comes,
and keeps it until what is missing has come too."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PEER = Path(__file__).with_name("out_of_turn_peer.py")
PAUSE = 0.3
MISSING = 0.025  # at most: two ticks of the kernel's clock, of 10 ms at 100 Hz, and some
VISITOR = """
import json, time
from locust import {kind}, events, task

reported = []

@events.request.add_listener
def report(response_time, exception, **_):
    reported.append((response_time / 1000, exception))

class Visitor({kind}):
    host = "http://10.9.0.2"

    @task
    def visit(self):
        begun = time.perf_counter()
        length = len(self.client.get("/").content or b"")
        response_time, exception = reported.pop()
        print(json.dumps([time.perf_counter() - begun, response_time, length, repr(exception)]), flush=True)
        self.visits = getattr(self, "visits", 0) + 1
        if self.visits == 4:
            self.environment.runner.quit()
"""


def in_a_network_of_its_own(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    words = ["unshare", "--map-root-user", "--net", *map(str, command)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module", autouse=True)
def _needs_a_device() -> None:
    if not shutil.which("unshare"):
        pytest.skip("no `unshare` here to make a network with")
    tried = in_a_network_of_its_own(sys.executable, PEER, "012", "0", "true")
    if tried.returncode:
        pytest.skip(f"no TUN device can be made here: {tried.stderr.strip().splitlines()[-1]}")


@pytest.mark.parametrize("kind", ["HttpUser", "FastHttpUser"])
@pytest.mark.parametrize("order", ["0-12", "02-1", "12-0"])
def test_an_answer_ends_when_what_was_missing_has_come(order: str, kind: str, tmp_path: Path) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(VISITOR.replace("{kind}", kind))
    rlocust = [sys.executable, "-m", "rlocust", "-f", locustfile, "--headless", "-u", "1"]
    ended = in_a_network_of_its_own(sys.executable, PEER, order, str(PAUSE), *rlocust)
    visits = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("[")]
    assert [visit[2:] for visit in visits] == [[2000, "None"]] * 4, ended.stderr
    for waited, response_time, *_ in visits:
        assert PAUSE - MISSING <= response_time <= waited, visits
