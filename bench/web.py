"""`make bench-web`: what an open page costs a run of 500 endpoints, and how soon a run begins.

One run against the demo server; in turns of BENCH_WEB_SECONDS (10), ROUNDS (3) times, nobody looks, one viewer, ten
viewers. Held: the web thread's CPU for a second of the run with ten viewers, the bytes a viewer gets, that neither the
script thread nor the whole process pays for viewers, and the time from `POST /swarm` to the first answer.
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from statistics import median
from typing import Any

from bench import figures, rig
from bench.readings import read_process, split_by_thread
from tests.kit.page import Page
from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.processes import comes_up
from tests.kit.targets import demo_server

SECONDS = float(os.environ.get("BENCH_WEB_SECONDS", "10"))
ROUNDS = int(os.environ.get("BENCH_WEB_ROUNDS", "3"))
VIEWERS = (0, 1, 10)
#: Must hold: milliseconds of the web thread a tick, bytes a second for a viewer, milliseconds to the first answer.
MOST_MS, MOST_BYTES, MOST_START_MS = 1.0, 20_000, 50.0


class Viewer:
    """Reads the stream as a browser does, packed, and counts."""

    def __init__(self, port: int) -> None:
        self.bytes = 0
        self._line = socket.create_connection(("127.0.0.1", port), 10)
        self._line.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n")
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError):  # closed by ourselves
            while some := self._line.recv(1 << 16):
                self.bytes += len(some)

    def close(self) -> None:
        self._line.close()


@contextmanager
def _run() -> Iterator[tuple[rig.Generator, Page, str]]:
    port = free_port()
    with demo_server() as server:
        words = ["-f", str(ROOT / "bench" / "web_users.py"), "-H", server.url]
        command = [rig.RLOCUST, *words, "--web-host", "127.0.0.1", "--web-port", str(port)]
        with rig.Generator("web", command, core=None) as generator:
            comes_up(generator.process, port)
            yield generator, Page(generator.process, port), server.url


def main() -> int:
    with _run() as (generator, page, url):
        asked = time.time()
        page.swarm(user_count=100, spawn_rate=100, host=url)
        start_ms = 1000 * (generator.event("first")["t"] - asked)
        page.wait_for("running", 100)
        turns = [_turn(generator, page, viewers) for _ in range(ROUNDS) for viewers in VIEWERS]
    row = {"start_ms": round(start_ms, 1)} | _medians(turns)
    for name, value in row.items():
        print(f"{name}: {value}")
    data = {"machine": figures.machine(), "commit": figures.commit(), "turns": turns, **row}
    print(f"written: {figures.save('web', data).relative_to(ROOT)}")
    return int(row["tick_ms_10"] > MOST_MS or row["bytes_10"] > MOST_BYTES or row["start_ms"] > MOST_START_MS)


def _turn(generator: rig.Generator, page: Page, viewers: int) -> dict[str, Any]:
    with ExitStack() as stack:
        watching = [stack.enter_context(closing(Viewer(page.port))) for _ in range(viewers)]
        requests, before = _requests(page), read_process(generator.pid)  # what a question costs is none of a tick's
        seen = [viewer.bytes for viewer in watching]
        time.sleep(SECONDS)  # the turn itself
        came = [viewer.bytes - bytes_before for viewer, bytes_before in zip(watching, seen, strict=True)]
        after, done = read_process(generator.pid), _requests(page) - requests
    seconds = after.at - before.at
    spent = split_by_thread(before, after)
    turn = {
        "viewers": viewers,
        "rps": round(done / seconds),
        "web_ms_a_second": round(1000 * spent.get("rlocust-web", 0.0) / seconds, 3),
        "cpu_us_a_request": round(1e6 * (after.cpu - before.cpu) / done, 2),
        "script_us_a_request": round(1e6 * spent.get("rlocust", 0.0) / done, 2),
        "bytes_a_second": round(max(came, default=0) / seconds),
        "threads": {name: round(1000 * used / seconds, 2) for name, used in spent.items()},
    }
    print(turn, flush=True)
    return turn


def _requests(page: Page) -> int:
    rows = page.stats()["stats"]
    return int(next(row["num_requests"] for row in rows if row["name"] == "Aggregated"))


def _medians(turns: list[dict[str, Any]]) -> dict[str, float]:
    """Of the turns with the same viewers; a tick is a second of the run."""

    def middle(viewers: int, figure: str) -> float:
        return median(turn[figure] for turn in turns if turn["viewers"] == viewers)

    found = {}
    for viewers in VIEWERS:
        found[f"tick_ms_{viewers}"] = middle(viewers, "web_ms_a_second")
        found[f"cpu_us_{viewers}"] = middle(viewers, "cpu_us_a_request")
        found[f"script_us_{viewers}"] = middle(viewers, "script_us_a_request")
        found[f"bytes_{viewers}"] = middle(viewers, "bytes_a_second")
    return found


if __name__ == "__main__":
    sys.exit(main())
