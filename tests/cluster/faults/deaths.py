"""Nodes that die, freeze, compute, come late and come back."""

import json
import time
from signal import SIGCONT, SIGKILL, SIGSTOP

from tests.cluster.faults.scene import USERS, Scene, ends_well, fault


@fault("a worker is killed", "missing within 6 beats; the others run on, the master ends cleanly")
def killed(scene: Scene) -> str:
    with scene.nodes() as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        took = scene.missing_after(nodes, dead.id, since)
        nodes.await_users(USERS // 2)
        requests = scene.target.received().total
        ends_well(nodes)
        assert scene.target.received().total >= requests
        return f"missing after {took:.1f} s"


@fault("a worker is killed, --enable-rebalancing", "load back at target within 5 s")
def rebalanced(scene: Scene) -> str:
    with scene.nodes("--enable-rebalancing", workers=3) as nodes:
        nodes.await_users(USERS)
        dead, since = nodes.workers.pop(), time.time()
        dead.process.signal(SIGKILL)
        nodes.await_state(dead.id, "missing", since, scene.patience)
        took = nodes.await_users(USERS, scene.patience) - since
        shares = nodes.state()["shares"]
        assert [shares[worker.id] for worker in nodes.workers] == [USERS // 2] * 2, shares
        assert took <= 5, f"back at target after {took:.2f} s"
        return f"back at target after {took:.2f} s"


@fault("a worker is frozen and wakes up", "missing within 6 beats, and back by itself")
def frozen(scene: Scene) -> str:
    with scene.nodes() as nodes:
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


@fault("tasks burn all of a worker's core for 30 beats", "never missing")
def busy(scene: Scene) -> str:
    burn = 30 * scene.beat
    with scene.nodes(workers=1, users=1, locustfile="busy.py", env={"RIG_BURN": str(burn)}) as nodes:
        worker = nodes.workers[0]
        began = worker.fact("burning")["t"]
        worker.fact("burned", deadline=burn + 30)
        missed = [state["t"] for state in nodes.master.facts("state") if "missing" in state["workers"].values()]
        assert not missed, f"missing {missed[0] - began:.1f} s after it began"
        return f"not missing in {burn:.0f} s"


@fault("the master is killed and started again", "workers back and running within 5 s")
def restarted(scene: Scene) -> str:
    with scene.nodes() as nodes:
        nodes.await_users(USERS)
        nodes.master.process.kill()
        master = nodes.add_master(scene.master, *scene.load(), "--expect-workers", "2")
        master.process.wait_for("Starting Locust")
        began = time.time()
        took = nodes.await_users(USERS, scene.patience) - began
        assert took <= 5, f"running {took:.1f} s after the master's first line"
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
        shares = sorted(nodes.state()["shares"].values())
        assert shares == [2, 3, 3], shares
        ends_well(nodes)
        return f"shares {shares} {joined - since:.1f} s after its start"


@fault("a worker dies with what it had not reported", "each account names it, and from when until when")
def lost(scene: Scene) -> str:
    summary, junit, page = (scene.folder / name for name in ("summary.json", "junit.xml", "report.html"))
    files = ("--summary-json", str(summary), "--junit", str(junit), "--html", str(page))
    with scene.nodes(*files) as nodes:
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
