"""An independent measurer: twenty requests a second over a few kept connections, in a process that does nothing else.

Usage: probe.py PORT. Begins with the run and ends with its stdin; then prints the response times in milliseconds as
one line of JSON. A request is due every 50 ms whatever became of the one before (four connections take turns).
"""

import json
import select
import socket
import sys
import threading
import time

RATE = 20.0
CONNECTIONS = 4
REQUEST = b"GET /probe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def ask(line: socket.socket) -> float:
    begun = time.perf_counter()
    line.sendall(REQUEST)
    received = b""
    while not received.endswith(b"\r\n\r\nok"):
        part = line.recv(65536)
        if not part:
            raise ConnectionError("the server closed the probe's connection")
        received += part
    return (time.perf_counter() - begun) * 1e3


def take_turns(line: socket.socket, turn: int, begun: float, stopped: threading.Event, times: list[float]) -> None:
    number = turn
    while not stopped.wait(max(0.0, begun + number / RATE - time.perf_counter())):
        times.append(ask(line))
        number += CONNECTIONS


def main() -> None:
    address = ("127.0.0.1", int(sys.argv[1]))
    lines = [socket.create_connection(address) for _ in range(CONNECTIONS)]
    stopped, times, begun = threading.Event(), list[float](), time.perf_counter()
    threads = [
        threading.Thread(target=take_turns, args=(line, turn, begun, stopped, times)) for turn, line in enumerate(lines)
    ]
    for line in lines:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for thread in threads:
        thread.start()
    select.select([sys.stdin], [], [])
    stopped.set()
    for thread in threads:
        thread.join()
    print(json.dumps(times))


if __name__ == "__main__":
    main()
