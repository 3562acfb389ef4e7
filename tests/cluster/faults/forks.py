"""`--processes`: who is left when one of them is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGKILL, SIGTERM

import psutil

from tests.cluster.faults.scene import USERS, Scene, fault
from tests.cluster.nodes import LOCUSTFILES, Node
from tests.kit.ports import free_port
from tests.kit.tools import started
from tests.kit.waiting import until

PROCESSES = 2


@contextmanager
def _forked(scene: Scene) -> Iterator[tuple[Node, list[psutil.Process]]]:
    """A master that forked its workers, under load, and they; none of them is left behind by the test."""
    words = ["-f", str(LOCUSTFILES / "idle.py"), "--headless", "--only-summary", *scene.load()]
    port = str(free_port())
    words += ["--processes", str(PROCESSES), "--master-bind-port", port, "--master-port", port]
    with started(scene.master, *words, cwd=scene.folder, env=scene.env) as process:
        node = Node(scene.master, process)
        node.fact("spawned", users=USERS)
        children = psutil.Process(process.pid).children(recursive=True)
        try:
            yield node, children
        finally:
            for child in children:
                if child.is_running():
                    child.kill()


def _gone(processes: list[psutil.Process]) -> bool:
    """None of them runs, or waits as a zombie for a parent that lives."""
    return not any(process.is_running() for process in processes)


@fault("--processes 2, a child is killed", "the parent says so; no zombie, no orphan is left")
def child_killed(scene: Scene) -> str:
    with _forked(scene) as (parent, children):
        assert len(children) == PROCESSES, children
        children[0].send_signal(SIGKILL)
        until("the killed child is no zombie", lambda: _gone(children[:1]), scene.patience)
        parent.process.signal(SIGTERM)
        code = parent.process.wait(60)
        until("no child is left", lambda: _gone(children), scene.patience)
        return f"the parent ended with {code}, and nobody is left"


@fault("--processes 2, the parent is killed", "its children end by themselves; no orphan is left")
def parent_killed(scene: Scene) -> str:
    with _forked(scene) as (parent, children):
        parent.process.kill()
        until("no child is left", lambda: _gone(children), scene.patience)
        return "nobody is left"


@fault("--processes 2, the parent is asked to end", "all end, in order")
def parent_ended(scene: Scene) -> str:
    with _forked(scene) as (parent, children):
        parent.process.signal(SIGTERM)
        code = parent.process.wait(60)
        until("no child is left", lambda: _gone(children), scene.patience)
        assert code == 0, f"exit code {code}"
        return "nobody is left"
