"""An independent measurer, in a process that does nothing else: twenty requests a second over a few kept connections,
and twenty a second each over a new one.

Usage: probe.py PORT [--tls] [--close]. Begins with the run and ends with its stdin; then prints the response times in
milliseconds as one line of JSON: those of kept connections (none where the server closes) and those of new ones, from
before the connecting. A request is due every 50 ms whatever became of the one before: threads take turns.

Usage: probe.py PORT --together COUNT [--tls]. So many requests on new connections at once, as often as it takes for a
hundred; prints their response times and ends.
"""

import json
import select
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable

RATE = 20.0
THREADS = 4  # of each kind
REQUEST = b"GET /probe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PORT, OPTIONS = int(sys.argv[1]), sys.argv[2:]


def settings() -> ssl.SSLContext | None:
    if "--tls" not in OPTIONS:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


CONTEXT = settings()


def connect(waits: bool = True) -> socket.socket:
    """A connection; one that does not wait has still to shake hands."""
    line = socket.create_connection(("127.0.0.1", PORT))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setblocking(waits)
    return CONTEXT.wrap_socket(line, do_handshake_on_connect=waits) if CONTEXT else line


def ask(line: socket.socket, begun: float, request: bytes = REQUEST) -> float:
    line.sendall(request)
    received = b""
    while not received.endswith(b"\r\n\r\nok"):
        part = line.recv(65536)
        if not part:
            raise ConnectionError("the server closed the probe's connection")
        received += part
    return (time.perf_counter() - begun) * 1e3


def kept() -> Callable[[], float]:
    line = connect()
    return lambda: ask(line, time.perf_counter())


def opened() -> Callable[[], float]:
    def once() -> float:
        begun = time.perf_counter()
        with connect() as line:
            return ask(line, begun)

    return once


def take_turns(measure: Callable[[], float], due: float, stopped: threading.Event, times: list[float]) -> None:
    while not stopped.wait(max(0.0, due - time.perf_counter())):
        times.append(measure())
        due += THREADS / RATE


class Together:
    """Requests on new connections, all at once: what can go on goes on before the next is begun."""

    def __init__(self) -> None:
        self.poll, self.times = select.epoll(), list[float]()
        self.lines: dict[int, tuple[socket.socket, float]] = {}
        self.shaking = set[int]()

    def ask(self, count: int) -> list[float]:
        for _ in range(count):
            begun = time.perf_counter()
            line = connect(waits=False)
            self.lines[line.fileno()] = (line, begun)
            self.shaking.add(line.fileno())
            self.go_on(line.fileno())
            self.poll.register(line, select.EPOLLIN)
            self.collect(0)
        while self.lines:
            self.collect(1)
        return self.times

    def collect(self, seconds: float) -> None:
        for number, _ in self.poll.poll(seconds):
            self.go_on(number)

    def go_on(self, number: int) -> None:
        line, begun = self.lines[number]
        if number in self.shaking:
            try:
                if isinstance(line, ssl.SSLSocket):
                    line.do_handshake()
            except ssl.SSLWantReadError:
                return
            self.shaking.discard(number)
            line.setblocking(True)
            line.sendall(REQUEST)
        else:
            self.times.append(ask(line, begun, b""))
            self.lines.pop(number)[0].close()


def main() -> None:
    if "--together" in OPTIONS:
        count, answers = int(OPTIONS[OPTIONS.index("--together") + 1]), list[float]()
        while len(answers) < 100:
            answers += Together().ask(count)
        print(json.dumps(answers))
        return
    ways = {"opened": opened} if "--close" in OPTIONS else {"kept": kept, "opened": opened}
    stopped, times = threading.Event(), {way: list[float]() for way in ("kept", "opened")}
    measures = [(way, turn, make()) for way, make in ways.items() for turn in range(THREADS)]
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=take_turns, args=(measure, begun + turn / RATE, stopped, times[way]))
        for way, turn, measure in measures
    ]
    for thread in threads:
        thread.start()
    select.select([sys.stdin], [], [])
    stopped.set()
    for thread in threads:
        thread.join()
    print(json.dumps(times))


if __name__ == "__main__":
    main()
