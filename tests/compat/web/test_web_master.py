"""The interface of a master: docs/contract/web.md §4."""

from tests.compat.web.answers import routes, wait_for_all_rows
from tests.compat.web.talks import FILES, Talk, compare_with_locust
from tests.kit.page import Page, page
from tests.kit.ports import free_port
from tests.kit.tools import Tool, started
from tests.kit.waiting import until


def users_by_worker(there: Page) -> list[int]:
    return [worker["user_count"] for worker in there.stats()["workers"]]


def master_and_its_worker(tool: Tool) -> Talk:
    """The master has a worker of its own kind."""
    port = str(free_port())
    with (
        page(tool, FILES / "plain.py", "--master", "--master-bind-port", port) as there,
        started(tool, "-f", FILES / "plain.py", "--worker", "--master-port", port),
    ):
        until("the worker is there", lambda: there.get("/worker-count").json() == {"worker_count": 1})
        yield "template args of a master", there.template_args()
        yield from routes(there, "idle")
        yield "the start", there.swarm(user_count=3, spawn_rate=10)
        there.wait_for("running", 3)
        wait_for_all_rows(there)
        until("the ratios are there", lambda: there.get("/tasks").json()["total"]["First"]["ratio"] > 0)
        yield "the ratios", there.get("/tasks").json()
        yield from routes(there, "running")
        until("users by worker", lambda: users_by_worker(there) == [3], every=0.1)
        yield "the stop", there.post("/stop").json()
        there.wait_for("stopped", 0)


def test_a_master_shows_its_workers_and_what_they_run() -> None:
    """docs/contract/web.md §4: `workers` and `worker_count`; ratios and users are those that workers report."""
    compare_with_locust("master_and_its_worker", master_and_its_worker, master_and_its_worker, FILES / "plain.py")
