"""An independent measurer, in a process that does nothing else: twenty requests a second over a few kept connections,
and twenty a second each over a new one.

Usage: probe.py PORT [--tls] [--close]. Begins with the run and ends with its stdin; then prints the response times in
milliseconds as one line of JSON: those of kept connections (none where the server closes) and those of new ones, from
before the connecting. A request is due every 50 ms whatever became of the one before: threads take turns.
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
ADDRESS = "127.0.0.2"  # wire.PROBE_ADDRESS: what is captured are the users' packets
PORT, OPTIONS = int(sys.argv[1]), sys.argv[2:]


def settings() -> ssl.SSLContext | None:
    if "--tls" not in OPTIONS:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


CONTEXT = settings()


def connect() -> socket.socket:
    line = socket.create_connection(("127.0.0.1", PORT), source_address=(ADDRESS, 0))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return CONTEXT.wrap_socket(line) if CONTEXT else line


def ask(line: socket.socket, begun: float) -> float:
    line.sendall(REQUEST)
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


def main() -> None:
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
