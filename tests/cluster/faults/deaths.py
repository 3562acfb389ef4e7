"""Nodes that die, freeze, compute, come late and come back."""

import json
import time
from contextlib import closing
from signal import SIGCONT, SIGKILL, SIGSTOP

from tests.cluster.faults.scene import USERS, Scene, ends_well, fault
from tests.cluster.nodes import Cluster
from tests.cluster.peers import HandMaster, joined
from tests.kit.waiting import until

LIVENESS = 3  # Locust's own


#: To a worker without the master's options: one user.
SPAWN = {
    "timestamp": 1.0,
    "user_classes_count": {"Busy": 1},
    "host": "http://127.0.0.1",
    "stop_timeout": 0.0,
    "parsed_options": {},
}


def _shares(nodes: Cluster) -> list[int]:
    return sorted(nodes.state()["shares"].values())


def _await_shares(nodes: Cluster, wanted: dict[str, int], scene: Scene) -> None:
    until(f"shares {wanted}", lambda: wanted.items() <= nodes.state()["shares"].items(), scene.patience)


@fault("a worker is killed", "missing within 6 beats; the others run on, the master ends cleanly", is_timed=True)
def killed(scene: Scene) -> str:
    with scene.nodes(liveness=LIVENESS) as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        took = scene.missing_after(nodes, dead.id, since)
        nodes.await_users(USERS // 2)
        requests = scene.target.received().total
        ends_well(nodes)
        assert scene.target.received().total >= requests
        return f"missing after {took:.1f} s"


@fault("a worker is killed, --enable-rebalancing", "load back at target within 5 s", is_timed=True)
def rebalanced(scene: Scene) -> str:
    with scene.nodes("--enable-rebalancing", workers=3, liveness=LIVENESS) as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        nodes.await_state(dead.id, "missing", since, scene.patience)
        took = nodes.await_users(USERS, scene.patience) - since
        _await_shares(nodes, {worker.id: USERS // 2 for worker in nodes.workers}, scene)
        scene.hold(took <= 5, f"back at target after {took:.2f} s")
        return f"back at target after {took:.2f} s"


@fault("a worker is frozen and wakes up", "missing, and back by itself")
def frozen(scene: Scene) -> str:
    with scene.nodes(liveness=LIVENESS) as nodes:
        nodes.await_users(USERS)
        worker, since = nodes.workers[0], time.time()
        worker.process.signal(SIGSTOP)
        missing = nodes.await_state(worker.id, "missing", since, scene.patience)
        worker.process.signal(SIGCONT)
        back = time.time()
        healed = nodes.await_state(worker.id, "running", missing, scene.patience) - back
        nodes.await_users(USERS, scene.patience)
        ends_well(nodes)
        return f"missing after {missing - since:.1f} s, back {healed:.1f} s after it woke up"


@fault("tasks burn all of a worker's core while 10 beats are due", "the worker beats on")
def busy(scene: Scene) -> str:
    """The task burns until the master, which is made by hand, has heard the beats."""
    enough = scene.folder / "enough"
    with scene.nodes(workers=0) as nodes, closing(HandMaster()) as master:
        nodes.master.process.kill()
        env = {"RIG_BURN": str(enough), "RIG_HEARTBEAT": "0.1"}
        worker = nodes.add_worker(scene.worker, port=master.port, locustfile="busy.py", env=env)
        line = joined(master)
        line.send("spawn", SPAWN)
        worker.fact("burning")
        since = time.time()
        for _ in range(10):
            line.await_kind("heartbeat")
            line.send("heartbeat")
        took = time.time() - since
        assert not worker.facts("burned"), "the task has not burned all the time"
        enough.touch()
        worker.fact("burned")
        line.send("quit")
        code = worker.process.wait()
        assert code == 0, f"exit code {code}"
        return f"10 beats in {took:.1f} s"


@fault("the master is killed and started again", "workers back and running within 5 s", is_timed=True)
def restarted(scene: Scene) -> str:
    with scene.nodes(liveness=LIVENESS) as nodes:
        nodes.await_users(USERS)
        nodes.master.process.kill()
        master = nodes.add_master(scene.master, *scene.load(), "--expect-workers", "2")
        master.process.wait_for("Starting Locust")
        began = time.time()
        took = nodes.await_users(USERS, scene.patience) - began
        scene.hold(took <= 5, f"running {took:.1f} s after the master's first line")
        ends_well(nodes)
        return f"running {took:.1f} s after the master's first line"


@fault("a worker joins late", "the load is shared anew, none lost")
def late(scene: Scene) -> str:
    with scene.nodes() as nodes:
        nodes.await_users(USERS)
        since = time.time()
        late = nodes.add_worker(scene.worker)
        joined = nodes.await_state(late.id, "running", since, scene.patience)
        nodes.await_users(USERS, scene.patience)
        shares = until("2, 3, 3", lambda: _shares(nodes) == [2, 3, 3] and _shares(nodes), scene.patience)
        ends_well(nodes)
        return f"shares {shares} {joined - since:.1f} s after its start"


@fault("a worker dies with what it had not reported", "each account names it, and from when until when")
def lost(scene: Scene) -> str:
    summary, junit, page = (scene.folder / name for name in ("summary.json", "junit.xml", "report.html"))
    files = ("--summary-json", str(summary), "--junit", str(junit), "--html", str(page))
    with scene.nodes(*files, liveness=LIVENESS) as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        scene.missing_after(nodes, dead.id, since)
        ends_well(nodes)
        losses = json.loads(summary.read_text())["lost_with_workers"]
        assert [loss["worker"] for loss in losses] == [dead.id], losses
        said = f"Lost with worker {dead.id}: what it counted from {losses[0]['from']} to"
        assert said in junit.read_text(), junit.read_text()
        assert said in page.read_text(), "the HTML report says nothing of it"
        assert said in nodes.master.process.said, nodes.master.process.said
        assert "what it counted after its last report is lost" in nodes.master.process.said, "no warning at once"
        return f"{losses[0]}"
