"""What strangers make the page hold: bodies in the smallest pieces cost what they weigh."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.kit.page import Page, page
from tests.kit.places import EXAMPLES
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

MIB = 1 << 20
LONG = MIB - 1_000  # nearly the most that a body may have
SHORT = 50_000
HEAD = b"POST /nowhere HTTP/1.1\r\nHost: here\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
BYTE = b"1\r\nx\r\n"
END = b"0\r\n\r\n"


def of_memory(pid: int, kind: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(kind))


def beginning(there: Page, stack: ExitStack, body: bytes) -> socket.socket:
    """A connection with a body that lacks its end."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", there.port), timeout=30))
    line.sendall(HEAD + body)
    return line


@pytest.mark.clock
def test_a_body_in_pieces_of_one_byte_costs_what_it_weighs() -> None:
    """Eight megabytes of bodies; kept as pieces they took 36 times as much."""
    with page(RLOCUST, EXAMPLES / "quickstart.py") as there, ExitStack() as stack:
        there.get("/")
        before = of_memory(there.process.pid, "VmRSS")
        lines = [beginning(there, stack, BYTE * LONG) for _ in range(8)]
        for line in lines:
            line.sendall(END)
        heads = [line.recv(12) for line in lines]
        most = of_memory(there.process.pid, "VmHWM")
    assert heads == [b"HTTP/1.1 404"] * 8
    assert most - before < 80 * MIB


def test_bodies_that_nobody_completes_leave_their_room_again() -> None:
    """Sixteen mebibytes of all strangers together; who comes then is refused, and served once they have gone."""
    with page(RLOCUST, EXAMPLES / "quickstart.py") as there:

        def is_served() -> bool:
            answer = there.ask("POST", "/nowhere", b"x" * 100_000)
            assert answer.status == 404 or "bodies of all requests" in answer.text
            return answer.status == 404

        with ExitStack() as stack:
            for _ in range(16):
                beginning(there, stack, b"%x\r\n" % LONG + b"x" * LONG + b"\r\n")

            def is_full() -> bool:
                """A stranger and a request of ours may come together and either find no room: more strangers come."""
                if is_served():
                    beginning(there, stack, b"%x\r\n" % SHORT + b"x" * SHORT + b"\r\n")
                    return False
                return True

            until("it is refused", is_full)
        until("it is served again", is_served)
