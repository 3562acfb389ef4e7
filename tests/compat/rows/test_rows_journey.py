"""Row 24 of the promise: a journey through a to-do service, FastAPI over SQLite, and the demo server's own."""

from collections.abc import Iterator

import pytest

from tests.kit.runs import Goal, run_example
from tests.kit.targets import Target
from tests.kit.tools import Tool


@pytest.fixture(params=["fastapi", "demo"])
def service(request: pytest.FixtureRequest) -> Iterator[Target]:
    yield request.getfixturevalue({"fastapi": "todo_app", "demo": "demo"}[request.param])


def test_a_mixed_load_leaves_no_failure(tool: Tool, service: Target) -> None:
    """Row 24: create, list, read, update (200 or 404), delete; every request counted on both sides."""
    ended = run_example(tool, "todo_journey.py", service.url, users=6, goal=Goal(samples=60))
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert ended.has_logged('All users spawned: {"StressUser": 1, "TodoUser": 3, "WorkflowUser": 2} (6 total users)')
    counts, received = ended.report.counts, service.received()
    assert set(counts) == {"POST /items", "GET /items", "GET /items/[id]", "PUT /items/[id]", "DELETE /items/[id]"}
    assert counts["POST /items"] + counts["GET /items"] == received.paths["/items"]
    assert counts["POST /items"] == received.methods["POST"]
    assert sum(counts.values()) == received.total


def test_a_workflow_is_done_whole(tool: Tool, service: Target) -> None:
    """Row 24: each item lives its whole life, its id kept in the user: five requests each, none left behind."""
    ended = run_example(tool, "todo_journey.py", service.url, "WorkflowUser", users=4)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    counts = ended.report.counts
    assert len(counts) == 5
    assert len(set(counts.values())) == 1 and counts["POST /items"] >= 4
