"""A server that answers every request ten milliseconds after its last byte arrived, and costs almost nothing.

It must never be what limits a truth run: one epoll loop, one queue (the delay is the same for all, so first in is first
out), no parsing beyond the blank line that ends a request without a body. Prints its port; ends with its stdin.
"""

import select
import socket
import sys
import time
from collections import deque

DELAY = 0.010
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    print(listener.getsockname()[1], flush=True)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    poll.register(sys.stdin, select.EPOLLIN | select.EPOLLHUP)
    lines: dict[int, socket.socket] = {}
    due: deque[tuple[float, int]] = deque()
    while True:
        # epoll waits in whole milliseconds and rounds up; select on the epoll itself waits as long as asked
        pause = max(0.0, due[0][0] - time.perf_counter()) if due else None
        select.select([poll], [], [], pause)
        for number, _ in poll.poll(0):
            if number == listener.fileno():
                accept(listener, poll, lines)
            elif number == sys.stdin.fileno():
                return
            else:
                receive(lines[number], poll, lines, due)
        now = time.perf_counter()
        while due and due[0][0] <= now:
            line = lines.get(due.popleft()[1])
            if line:
                answer(line)


def accept(listener: socket.socket, poll: select.epoll, lines: dict[int, socket.socket]) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except BlockingIOError:
            return
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines[line.fileno()] = line
        poll.register(line, select.EPOLLIN)


def receive(
    line: socket.socket, poll: select.epoll, lines: dict[int, socket.socket], due: deque[tuple[float, int]]
) -> None:
    try:
        data = line.recv(65536)
    except OSError:
        data = b""
    if not data:
        poll.unregister(line)
        del lines[line.fileno()]
        line.close()
    elif data.endswith(b"\r\n\r\n"):
        due.append((time.perf_counter() + DELAY, line.fileno()))


def answer(line: socket.socket) -> None:
    try:
        line.send(ANSWER)
    except OSError:
        pass  # the other side has gone; epoll reports it next


if __name__ == "__main__":
    main()
