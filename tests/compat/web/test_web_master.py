"""The interface of a master: docs/contract/web.md §4."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.compat.web.test_web_routes import FILES, compare, compare_routes, is_complete
from tests.kit.page import Page, page
from tests.kit.ports import free_port
from tests.kit.programs import NOT_INSTALLED
from tests.kit.tools import LOCUST, RLOCUST, started
from tests.kit.waiting import until

pytestmark = pytest.mark.skipif(not LOCUST.is_installed, reason=NOT_INSTALLED)


def users_by_worker(page: Page) -> list[int]:
    return [worker["user_count"] for worker in page.stats()["workers"]]


@contextmanager
def masters() -> Iterator[tuple[Page, Page]]:
    """Real Locust's master and ours, each with a worker of its own kind."""
    with ExitStack() as stack:
        pages = []
        for tool in (LOCUST, RLOCUST):
            port = str(free_port())
            pages.append(stack.enter_context(page(tool, FILES / "plain.py", "--master", "--master-bind-port", port)))
            stack.enter_context(started(tool, "-f", FILES / "plain.py", "--worker", "--master-port", port))
        yield pages[0], pages[1]


def test_a_master_shows_its_workers_and_what_they_run() -> None:
    """docs/contract/web.md §4: `workers` and `worker_count`; ratios and users are those that workers report."""
    with masters() as pages:
        for each in pages:
            until("the worker is there", lambda page=each: page.get("/worker-count").json() == {"worker_count": 1})
        compare(pages, lambda page: page.template_args(), "template args of a master")
        compare_routes(pages, "idle")
        compare(pages, lambda page: page.swarm(user_count=3, spawn_rate=10), "the start")
        for each in pages:
            each.wait_for("running", 3)
            until("all rows are there", lambda page=each: is_complete(page), every=0.1)
            until("the ratios are there", lambda page=each: page.get("/tasks").json()["total"]["First"]["ratio"] > 0)
        compare(pages, lambda page: page.get("/tasks").json(), "the ratios")
        compare_routes(pages, "running")
        for each in pages:
            until("users by worker", lambda page=each: users_by_worker(page) == [3], every=0.1)
        compare(pages, lambda page: page.post("/stop").json(), "the stop")
        for each in pages:
            each.wait_for("stopped", 0)
