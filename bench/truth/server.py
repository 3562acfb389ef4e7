"""A server that answers every request ten milliseconds after its last byte arrived, and costs almost nothing.

Usage: server.py [--tls] [--close]: speaks TLS, closes after each answer. It must never be what limits a truth run: one
epoll loop, one queue (the delay is the same for all, so first in is first out), no parsing beyond the blank line that
ends a request without a body. Prints its port; ends with its stdin.
"""

import select
import socket
import ssl
import sys
import time
from collections import deque
from pathlib import Path

DELAY = 0.010
CLOSES = "--close" in sys.argv
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%bContent-Length: 2\r\n\r\nok" % (
    b"Connection: close\r\n" if CLOSES else b""
)
CERTIFICATE = Path(__file__).resolve().parents[2] / "tests" / "engine" / "data" / "tls" / "server.pem"


def settings() -> ssl.SSLContext | None:
    if "--tls" not in sys.argv:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_suffix(".key.pem"))
    context.num_tickets = 0  # each handshake is a whole one, for users and probe alike
    return context


class Line:
    """One connection; a TLS one has shaken hands when its first request is read."""

    def __init__(self, line: socket.socket, context: ssl.SSLContext | None) -> None:
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = line
        if context:
            self.socket = context.wrap_socket(line, server_side=True, do_handshake_on_connect=False)

    def receive(self) -> bytes | None:
        """What came; empty at the end, `None` where nothing can be read yet."""
        try:
            if isinstance(self.socket, ssl.SSLSocket) and not self.socket.version():
                self.socket.do_handshake()
            return self.socket.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except OSError:
            return b""

    def answer(self) -> None:
        try:
            self.socket.send(ANSWER)
        except OSError:
            pass  # the other side has gone; epoll reports it next


class Server:
    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setblocking(False)
        self.context = settings()
        self.poll = select.epoll()
        self.poll.register(self.listener, select.EPOLLIN)
        self.poll.register(sys.stdin, select.EPOLLIN | select.EPOLLHUP)
        self.lines: dict[int, Line] = {}
        self.due: deque[tuple[float, Line]] = deque()

    def serve(self) -> None:
        while True:
            # epoll waits in whole milliseconds and rounds up; select on the epoll itself waits as long as asked
            pause = max(0.0, self.due[0][0] - time.perf_counter()) if self.due else None
            select.select([self.poll], [], [], pause)
            for number, _ in self.poll.poll(0):
                if number == self.listener.fileno():
                    self.accept()
                elif number == sys.stdin.fileno():
                    return
                elif number in self.lines:
                    self.receive(number)
            self.answer_what_is_due()

    def accept(self) -> None:
        while True:
            try:
                line = Line(self.listener.accept()[0], self.context)
            except BlockingIOError:
                return
            self.lines[line.socket.fileno()] = line
            self.poll.register(line.socket, select.EPOLLIN)

    def receive(self, number: int) -> None:
        data = self.lines[number].receive()
        if data == b"":
            self.lines.pop(number).socket.close()
        elif data and data.endswith(b"\r\n\r\n"):
            self.due.append((time.perf_counter() + DELAY, self.lines[number]))

    def answer_what_is_due(self) -> None:
        now = time.perf_counter()
        while self.due and self.due[0][0] <= now:
            line = self.due.popleft()[1]
            line.answer()
            if CLOSES:
                self.lines.pop(line.socket.fileno(), None)
                line.socket.close()


def main() -> None:
    server = Server()
    print(server.listener.getsockname()[1], flush=True)
    server.serve()


if __name__ == "__main__":
    main()
