"""A worker that is started before its master."""

from pathlib import Path

from tests.cluster.nodes import LOCUSTFILES
from tests.kit.page import page
from tests.kit.ports import free_port
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import until


def test_a_worker_that_waits_for_its_master_says_so_once(tmp_path: Path) -> None:
    port, file = str(free_port()), LOCUSTFILES / "idle.py"
    where = ["--master-host", "127.0.0.1", "--master-port", port]
    with started(RLOCUST, "-f", file, "--worker", *where, cwd=tmp_path) as worker:
        worker.wait_for(f"Waiting for the master at 127.0.0.1:{port}")
        with page(RLOCUST, file, "--master", "--master-bind-port", port, cwd=tmp_path) as master:
            until("it joined", lambda: master.get("/worker-count").json() == {"worker_count": 1}, every=0.1)
            assert worker.said.count("Waiting for the master") == 1, worker.said
