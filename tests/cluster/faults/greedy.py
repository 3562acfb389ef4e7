"""Strangers who take memory and descriptors: messages that do not end, connections that say nothing."""

import resource
import socket
from contextlib import ExitStack
from select import select

from tests.cluster.faults.nonsense import BOUND, MB, lives, memory, pour, real_worker_remains
from tests.cluster.faults.scene import USERS, Scene, fault
from tests.cluster.peers import hand_worker
from tests.cluster.zmtp import GREETING, frame, ready
from tests.kit.waiting import DEADLINE, until

MORE = 1
#: Parts, and how many bytes of them are too many: an empty one costs two of them, and 64 in libzmq.
ENDLESS = [(frame(bytes(MB), MORE), 500 * MB), (frame(b"", MORE) * 100_000, 30 * MB)]
IDLERS, MOST_IDLERS = 1_100, 1_000


@fault("messages of endless parts, large and empty ones", "bounded memory, the connections are closed; nobody is lost")
def endless(scene: Scene) -> str:
    with scene.nodes(workers=1) as nodes:
        nodes.await_users(USERS)
        before, most = memory(nodes.master.process.pid), 0
        for parts, too_many in ENDLESS:
            with hand_worker(nodes.port) as stranger:
                found = _until_closed(stranger._line, parts, too_many, nodes.master.process.pid)
                most = max(most, found - before)
        lives(nodes, "endless messages")
        assert most < 4 * BOUND, f"{most / MB:.0f} MB more"
        real_worker_remains(nodes, scene)
        return f"at most {most / MB:.0f} MB more"


def _until_closed(line: socket.socket, parts: bytes, too_many: int, master: int) -> int:
    """The most memory that the master has meanwhile."""
    most = sent = 0
    rest = memoryview(parts)
    while sent < too_many and any(select([line], [line], [], 30)):
        if _is_closed(line):
            return most
        count = _sent(line, rest)
        sent, rest = sent + count, rest[count:] or memoryview(parts)
        most = max(most, memory(master))
    raise AssertionError(f"not closed after {sent / MB:.0f} MB, the master has {most / MB:.0f} MB")


def _sent(line: socket.socket, data: memoryview) -> int:
    """How much: there may be no room, or the other end may hang up meanwhile, which the next look says."""
    try:
        return line.send(data)
    except OSError:
        return 0


@fault("1 100 strangers that connect and say nothing", "the oldest are closed; nobody is lost")
def idlers(scene: Scene) -> str:
    _allow_files(2 * IDLERS)
    with scene.nodes(workers=1) as nodes, ExitStack() as lines:
        nodes.await_users(USERS)
        before = memory(nodes.master.process.pid)
        idlers = []
        for number in range(IDLERS):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", nodes.port), DEADLINE))
            pour(line, GREETING + ready("DEALER", f"idler_{number}"))
            idlers.append(line)
        oldest = idlers[: IDLERS - MOST_IDLERS]
        until("the oldest are closed", lambda: all(map(_is_closed, oldest)), scene.patience)
        grown = memory(nodes.master.process.pid) - before
        lives(nodes, f"{IDLERS} connections")
        assert sum(map(_is_closed, idlers)) <= len(oldest) + 2, "more than the oldest are closed"
        assert grown < BOUND, f"{grown / MB:.0f} MB more"
        real_worker_remains(nodes, scene)
        return f"{grown / MB:.0f} MB more"


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))


def _is_closed(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        while line.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True
