"""A worker behind a network that delays, resets, swallows, or carries one direction only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.cluster.faults.scene import USERS, Scene, ends_well, fault
from tests.cluster.nodes import Cluster, Node
from tests.cluster.partition import Handle, partition
from tests.kit.waiting import until

BOTH = ("up", "down")


@contextmanager
def _behind(scene: Scene, liveness: int = 3) -> Iterator[tuple[Cluster, Handle, Node]]:
    """A cluster of two workers, one of which reaches its master through a partition."""
    with scene.nodes(workers=1, liveness=liveness) as nodes, partition(nodes.port) as line:
        nodes.await_users(USERS)
        worker = nodes.add_worker(scene.worker, port=line.port)
        nodes.await_state(worker.id, "running", deadline=scene.patience)
        nodes.await_users(USERS)
        yield nodes, line, worker


def _stalled(scene: Scene, *ways: str) -> str:
    """The worker goes missing while the ways carry nothing, and comes back when they do."""
    with _behind(scene) as (nodes, line, worker):
        since = time.time()
        for way in ways:
            line.order(way, "stall")
        missing = scene.missing_after(nodes, worker.id, since)
        since = time.time()
        for way in ways:
            line.order(way, "flow")
        back = nodes.await_state(worker.id, "running", since, scene.patience) - since
        nodes.await_users(USERS, scene.patience)
        ends_well(nodes)
        return f"missing after {missing:.1f} s, back after {back:.1f} s"


def _stays(nodes: Cluster, worker: Node, scene: Scene) -> float:
    """Running in all that the master says while reports go on arriving, and the load with it; for how long."""
    since = time.time()

    def states() -> list[dict[str, Any]]:
        return [state for state in nodes.master.facts("state") if state["t"] > since]

    # One in 3 beats from each of two workers.
    until("six more reports", lambda: len({state["requests"] for state in states()}) > 6, scene.patience)
    assert not any("missing" in state["workers"].values() for state in states()), states()
    assert nodes.state()["workers"][worker.id] == "running", nodes.state()
    nodes.await_users(USERS)
    return time.time() - since


@fault("a black hole: nothing passes, then all does", "missing within 6 beats, and back by itself", is_timed=True)
def black_hole(scene: Scene) -> str:
    return _stalled(scene, *BOTH)


@fault(
    "a partition in one direction: the master hears nothing",
    "missing within 6 beats, and back by itself",
    is_timed=True,
)
def deaf_master(scene: Scene) -> str:
    return _stalled(scene, "up")


@fault(
    "a partition in one direction: the worker hears nothing",
    "the worker says so after its limit and ends",
    is_timed=True,
)
def deaf_worker(scene: Scene) -> str:
    limit = 6 * scene.beat
    with scene.nodes(workers=1) as nodes, partition(nodes.port) as line:
        worker = nodes.add_worker(scene.worker, port=line.port, env={"RIG_MASTER_TIMEOUT": str(limit)})
        nodes.await_state(worker.id, "running", deadline=scene.patience)
        since = time.time()
        line.order("down", "stall")
        code = worker.process.wait(scene.patience + 30)
        took = time.time() - since
        assert worker.has_logged("Didn't get heartbeat from master in over"), worker.process.stderr
        assert code in (0, 1), f"exit code {code}"  # both are seen under Locust
        scene.hold(limit - scene.beat <= took < limit + 8, f"ended after {took:.1f} s")
        nodes.workers.remove(worker)
        nodes.await_users(USERS, scene.patience)
        ends_well(nodes)
        return f"ended after {took:.1f} s of a limit of {limit:.1f} s; its users went to the other"


@fault("messages take half a beat each way", "never missing")
def delayed(scene: Scene) -> str:
    with _behind(scene) as (nodes, line, worker):
        for way in BOTH:
            line.order(way, "delay", str(scene.beat / 2))
        stayed = _stays(nodes, worker, scene)
        ends_well(nodes)
        return f"running for {stayed:.0f} s"


@fault("a connection is reset", "never missing, no users lost")
def reset(scene: Scene) -> str:
    with _behind(scene) as (nodes, line, worker):
        line.order("reset")
        stayed = _stays(nodes, worker, scene)
        ends_well(nodes)
        return f"running for {stayed:.0f} s"
