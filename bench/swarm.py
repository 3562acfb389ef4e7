"""Simulated workers, thousands in one process: they speak the wire by hand and make no requests.

Usage: python -m bench.swarm PORT WORKERS ENTRIES SECONDS. Each worker joins, obeys, beats once a second and reports
ENTRIES entries every 3 s, for SECONDS after the last was told to spawn; then it beats on until the master says `quit`.
The last line of stdout is JSON: how long each heartbeat waited for its answer, and what was reported in all.
"""

import heapq
import json
import selectors
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgpack

from tests.cluster.peers import VERSION
from tests.cluster.zmtp import GREETING, Frames, Message, frame, ready

BEAT, REPORT = 1.0, 3.0
REQUESTS = 20  # in each entry of each report
JOIN_EVERY = 0.002  # seconds between two workers


class Worker:
    """One connection that never waits: what the kernel does not take at once stays here."""

    def __init__(self, swarm: "Swarm", number: int, port: int) -> None:
        self.swarm, self.id = swarm, f"swarm_{number:032x}"
        self.phase = number / swarm.size  # the reports of all are spread evenly
        self.line = socket.create_connection(("127.0.0.1", port), 30)
        self.line.setblocking(False)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.frames, self.unsent = Frames(), bytearray()
        self.beaten_at: list[float] = []
        self.is_joined = self.is_closed = self.has_greeted = False
        self.state = "ready"
        self.counts: dict[str, int] = {}
        swarm.selector.register(self.line, selectors.EVENT_READ, self)
        self._write(GREETING + ready("DEALER", self.id))

    def send(self, kind: str, data: Any = None) -> None:
        self._write(frame(Message(kind, data, self.id).packed()))

    def beat(self) -> None:
        self.beaten_at.append(time.monotonic())
        self.send("heartbeat", {"state": self.state, "current_cpu_usage": 3.5, "current_memory_usage": 5 << 20})
        self.swarm.later(BEAT, self.beat)

    def report(self) -> None:
        if self.swarm.reports_until < time.monotonic():
            return
        users = msgpack.packb(self.counts), msgpack.packb(sum(self.counts.values()))
        head = self.swarm.report_part()
        data = head + b"\xb2user_classes_count" + users[0] + b"\xaauser_count" + users[1]
        self._write(frame(b"\x93\xa5stats" + data + msgpack.packb(self.id)))
        self.swarm.reported += 1
        self.swarm.later(REPORT, self.report)

    def readable(self) -> None:
        try:
            data = self.line.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.close()
        for payload in self.frames.feed(data):
            self._obey(*msgpack.unpackb(payload, strict_map_key=False))
        if self.frames.is_ready and not self.has_greeted:
            self.has_greeted = True
            self.send("client_ready", VERSION)

    def _obey(self, kind: str, data: Any, _: str) -> None:
        if kind == "heartbeat" and self.beaten_at:
            self.swarm.waits.append(time.monotonic() - self.beaten_at.pop(0))
        elif kind == "ack" and not self.is_joined:
            self.is_joined = True
            self.beat()
        elif kind == "spawn":
            if self.state == "ready":  # the master forgets what was reported before its start
                self.swarm.later(REPORT * self.phase, self.report)
                self.swarm.running += 1
            self.counts, self.state = data["user_classes_count"], "running"
            self.send("spawning")
            self.send("spawning_complete", {"user_classes_count": self.counts, "user_count": sum(self.counts.values())})
        elif kind == "stop":
            self.counts, self.state = {}, "ready"
            self.send("client_stopped")
            self.send("client_ready", VERSION)
        elif kind == "quit":
            self.send("quit")
            self.close()

    def _write(self, data: bytes) -> None:
        if self.is_closed:
            return
        self.unsent += data
        try:
            del self.unsent[: self.line.send(self.unsent)]
        except BlockingIOError:
            pass
        except OSError:
            return self.close()
        if self.unsent:
            self.swarm.later(0.005, partial(self._write, b""))

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.swarm.selector.unregister(self.line)
            self.swarm.closed += 1
            self.line.close()


class Swarm:
    def __init__(self, port: int, size: int, entries: int, seconds: float) -> None:
        self.selector = selectors.DefaultSelector()
        self.size, self._entries, self._seconds = size, entries, seconds
        self.running = self.closed = self.reported = 0
        self.waits: list[float] = []
        self.reports_until = float("inf")
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = 0
        self._parts = (0, b"")
        self.workers: list[Worker] = []
        self._port = port

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, (time.monotonic() + seconds, self._order, do))

    def join(self) -> None:
        self.workers.append(Worker(self, len(self.workers), self._port))
        if len(self.workers) < self.size:
            self.later(JOIN_EVERY, self.join)

    def run(self) -> None:
        """Until the master has sent all away, or is gone."""
        self.join()
        is_measured = False
        while self.closed < self.size:
            if not is_measured and self.running == self.size:
                is_measured = True
                self.waits.clear()
                self.reports_until = time.monotonic() + self._seconds
                print("running", flush=True)
                self.later(self._seconds, self._measured)
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                worker_turn = heapq.heappop(self._due)[2]
                worker_turn()
            wait = self._due[0][0] - time.monotonic() if self._due else 1.0
            for key, _ in self.selector.select(max(wait, 0)):
                key.data.readable()

    def _measured(self) -> None:
        waits = sorted(self.waits)
        unanswered = sum(len(worker.beaten_at) > 2 for worker in self.workers)
        found = {
            "answered": len(waits),
            "p50_ms": round(waits[len(waits) // 2] * 1000, 2) if waits else None,
            "p99_ms": round(waits[len(waits) * 99 // 100] * 1000, 2) if waits else None,
            "max_ms": round(waits[-1] * 1000, 2) if waits else None,
            "workers_unanswered": unanswered,
            "workers_disconnected": self.closed,
            "requests": self.reported * self._entries * REQUESTS,
        }
        print(json.dumps(found), flush=True)

    def report_part(self) -> bytes:
        """All of a report but the users, whose keys come last; packed once a second for everybody."""
        second = int(time.time())
        if self._parts[0] != second:
            entries = [_entry(f"/path/{number}", second) for number in range(self._entries)]
            total = {**_entry("Aggregated", second), "method": ""}
            for key in ("num_requests", "num_failures", "total_response_time", "total_content_length"):
                total[key] *= self._entries
            for key in ("response_times", "num_reqs_per_sec"):
                total[key] = {name: count * self._entries for name, count in total[key].items()}
            parts = {"stats": entries, "stats_total": total, "errors": {}}
            packed = b"\x85" + b"".join(msgpack.packb(key) + msgpack.packb(value) for key, value in parts.items())
            self._parts = (second, packed)
        return self._parts[1]


def _entry(name: str, second: int) -> dict[str, Any]:
    times = {10 + place * 3: 1 for place in range(REQUESTS)}
    return {
        "name": name,
        "method": "GET",
        "last_request_timestamp": second + 0.5,
        "start_time": second - 2.5,
        "num_requests": REQUESTS,
        "num_none_requests": 0,
        "num_failures": 0,
        "total_response_time": float(sum(times)),
        "max_response_time": float(max(times)),
        "min_response_time": float(min(times)),
        "total_content_length": 100 * REQUESTS,
        "response_times": times,
        "num_reqs_per_sec": {second - back: REQUESTS // 4 for back in range(4)},
        "num_fail_per_sec": {},
    }


if __name__ == "__main__":
    port, size, entries, seconds = sys.argv[1:]
    Swarm(int(port), int(size), int(entries), float(seconds)).run()
