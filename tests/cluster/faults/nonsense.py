"""Frames that no node sends, strangers at the port, many at once, the same name twice."""

import socket
import time
from contextlib import ExitStack, closing

import psutil

from tests.cluster.faults.scene import USERS, Scene, ends_well, fault
from tests.cluster.garbage import BYTES, DOWN, FRAMES, KNOWN
from tests.cluster.nodes import Cluster
from tests.cluster.peers import HandMaster, HandWorker, Peer, hand_worker, joined
from tests.cluster.zmtp import frame
from tests.kit.waiting import DEADLINE, until

MB = 1_000_000
#: What a flood may leave behind in a master: buffers of the frame in hand, and what the allocator keeps of them.
BOUND = 100 * MB


def memory(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)


def lives(nodes: Cluster, after: str) -> None:
    """The master hears an old worker and takes a new one."""
    assert not nodes.master.process.has_ended, f"the master ended after {after}"
    with hand_worker(nodes.port) as worker:
        try:
            worker.join()
        except (TimeoutError, ConnectionError) as error:
            raise AssertionError(f"the master takes no worker after {after}") from error
        assert worker.is_answered(), f"the master answers no heartbeat after {after}"
        worker.send("quit")


@fault("frames that no node sends, from strangers and from known workers", "each dropped; nobody is lost")
def garbage(scene: Scene) -> str:
    with scene.nodes(workers=1) as nodes:
        nodes.await_users(USERS)
        for what, payload in FRAMES.items():
            with hand_worker(nodes.port) as stranger:
                stranger.send_payload(payload)
                lives(nodes, f"{what} of a stranger")
            with hand_worker(nodes.port) as worker:
                worker.join()
                worker.send_payload(payload)
                assert worker.is_answered(), f"a worker is lost after {what}"
                worker.send("quit")
        for what, (kind, data) in KNOWN.items():
            with hand_worker(nodes.port) as worker:
                worker.join()
                worker.send(kind, data)
                assert worker.is_answered(), f"a worker is lost after {what}"
                worker.send("quit")
        real_worker_remains(nodes, scene)
        return f"{2 * len(FRAMES) + len(KNOWN)} frames"


def real_worker_remains(nodes: Cluster, scene: Scene) -> None:
    worker = nodes.workers[0].id
    until("the real worker runs on", lambda: nodes.state()["workers"].get(worker) == "running", scene.patience)
    requests = scene.target.received().total
    until("it makes requests", lambda: scene.target.received().total > requests, scene.patience)
    ends_well(nodes)


@fault("frames that no master sends, to a worker", "each dropped; the worker beats on and is stopped by `quit`")
def garbage_down(scene: Scene) -> str:
    with scene.nodes(workers=0) as nodes, closing(HandMaster()) as master:
        nodes.master.process.kill()
        worker = nodes.add_worker(scene.worker, port=master.port, env={"RIG_HEARTBEAT": "0.1"})
        line = joined(master)
        for what, payload in FRAMES.items():
            line.send_payload(payload)
            line = _beats(master, line, what)
        for what, (kind, data) in DOWN.items():
            line.send(kind, data)
            line = _beats(master, line, what)
        line.send("quit")
        code = worker.process.wait()
        assert code in (0, 2), f"exit code {code}"  # a spawn that cannot be carried out is an error of the run
        return f"{len(FRAMES) + len(DOWN)} frames, exit code {code}"


def _beats(master: HandMaster, line: Peer, after: str) -> Peer:
    """Two heartbeats, of which the first may have been under way already; on a new connection if it made one."""
    for _ in range(2):
        try:
            line.await_kind("heartbeat")
        except ConnectionError:
            line = master.accept()
            line.await_kind("heartbeat")
        except TimeoutError as error:
            raise AssertionError(f"the worker is silent after {after}") from error
        line.send("heartbeat")
    return line


@fault("strangers at the master's port: HTTP, TLS, huge frames, half greetings", "bounded memory; nobody is lost")
def strangers(scene: Scene) -> str:
    with scene.nodes(workers=1) as nodes:
        nodes.await_users(USERS)
        before = memory(nodes.master.process.pid)
        with ExitStack() as lines:
            for what, data in BYTES.items():
                for _ in range(5):
                    line = lines.enter_context(socket.create_connection(("127.0.0.1", nodes.port), DEADLINE))
                    pour(line, data)
                lives(nodes, what)
            grown = memory(nodes.master.process.pid) - before
        assert grown < BOUND, f"{grown / MB:.0f} MB more"
        real_worker_remains(nodes, scene)
        return f"{5 * len(BYTES)} connections, {grown / MB:.0f} MB more"


def pour(line: socket.socket, data: bytes) -> None:
    """The other end may hang up meanwhile."""
    try:
        line.sendall(data)
    except OSError:
        pass


@fault(
    "strangers' floods: large messages, many small ones, unread echoes",
    "bounded memory; nobody is lost",
)
def flood(scene: Scene) -> str:
    large, small = frame(b"\xc1" * 20 * MB), frame(b"\x93\xa1a\xc0\xa1x") * 10_000
    with scene.nodes(workers=1) as nodes:
        nodes.await_users(USERS)
        before, most = memory(nodes.master.process.pid), 0
        for data, times in ((large, 15), (small, 50)):
            with hand_worker(nodes.port) as stranger:
                for _ in range(times):
                    pour(stranger._line, data)
                    most = max(most, memory(nodes.master.process.pid) - before)
        with hand_worker(nodes.port) as worker:  # known, beats without a pause, and never reads
            worker.join()
            _pour_beats(worker)
            most = max(most, memory(nodes.master.process.pid) - before)
        lives(nodes, "the floods")
        assert most < 2 * BOUND, f"{most / MB:.0f} MB more"
        real_worker_remains(nodes, scene)
        return f"at most {most / MB:.0f} MB more"


def _pour_beats(worker: HandWorker) -> None:
    for _ in range(20_000):
        try:
            worker.beat()
        except OSError:
            return


@fault("50 workers join at once", "each gets an index of its own and is answered; the load is shared")
def crowd(scene: Scene) -> str:
    with scene.nodes(workers=1) as nodes, ExitStack() as lines:
        nodes.await_users(USERS)
        crowd = [lines.enter_context(hand_worker(nodes.port)) for _ in range(50)]
        began = time.monotonic()
        for worker in crowd:
            worker.send("client_ready", "2.47.0")
        indices = {worker.await_kind("ack").data["index"] for worker in crowd}
        took = time.monotonic() - began
        assert indices == set(range(1, 51)), sorted(indices)
        assert all(worker.is_answered() for worker in crowd), "a heartbeat without an answer"
        for worker in crowd:
            worker.send("quit")
        nodes.await_users(USERS, scene.patience)
        ends_well(nodes)
        return f"all acknowledged after {took:.2f} s"


@fault("two workers of one name", "the master lives; who came last is answered; the others stay")
def twins(scene: Scene) -> str:
    with scene.nodes(workers=1) as nodes:
        nodes.await_users(USERS)
        with hand_worker(nodes.port, "twin") as first, hand_worker(nodes.port, "twin") as second:
            first.send("client_ready", "2.47.0")
            second.send("client_ready", "2.47.0")
            assert _hears(second, DEADLINE), "the twin that came last is not answered"
            is_heard_as_well = _hears(first, 1)
            second.send("quit")
        until("the twin has left", lambda: "twin" not in nodes.state()["workers"], scene.patience)
        real_worker_remains(nodes, scene)
        return "both answered" if is_heard_as_well else "the last one answered"


def _hears(worker: HandWorker, deadline: float) -> bool:
    try:
        worker.await_kind("ack", deadline)
    except (TimeoutError, ConnectionError):
        return False
    return worker.is_answered(deadline)
