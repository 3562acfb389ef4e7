"""Event streams that are laborious to unpack: other users of the I/O thread have their turns."""

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.kit.places import LOCUSTFILES
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST

KIND = b"Content-Type: text/event-stream\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\n" + KIND


def comments() -> bytes:
    """They unpack to 460 times as much, 128 MB, and hold no event."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = (b":" + 1_000 * b"x" + b"\n") * 1_024
    return b"".join(packer.compress(block) for _ in range(128)) + packer.flush()


def members() -> bytes:
    """A hundred thousand, each of which begins the decoder anew for two bytes."""
    return gzip.compress(b":\n", mtime=0) * 100_000


@contextmanager
def feed(packed: bytes) -> Iterator[str]:
    """Answers everybody with this stream."""

    def serve(line: socket.socket) -> None:
        with line:
            line.recv(65_536)
            try:
                line.sendall(HEAD + b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n")
            except OSError:
                return

    def accept(server: socket.socket) -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield "http://{}:{}/feed".format(*server.getsockname())
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.clock
@pytest.mark.parametrize("packed", [comments, members])
def test_others_go_on_while_a_stream_is_unpacked(packed, demo: Target) -> None:
    with feed(packed()) as address:
        load = ["--headless", "-u", "7", "-r", "100", "--io-threads", "1", "--only-summary", "-H", demo.url]
        goal = Goal(names={"/text": 200, "feed": 4})
        ended = run_until(RLOCUST, goal, "-f", LOCUSTFILES / "packed_streams.py", *load, env={"FEED": address})
    assert ended.exit_code == 0 and "stood still" not in ended.stderr, ended.stderr
    slowest = ended.report.rows["GET", "/text"].longest
    assert slowest < 150, f"{slowest} ms on the loopback interface"
