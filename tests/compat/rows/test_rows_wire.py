"""Rows 22 and 23 of the promise: a pool that all users share; odd paths and headers given as None."""

import json

import pytest

from tests.kit.runs import Goal, run_example
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, Tool


@pytest.mark.parametrize("users", [10, 40])
def test_all_users_share_ten_connections(tool: Tool, demo: Target, users: int) -> None:
    """Row 22, docs/contract/http-client.md: `pool_manager` on the class, `maxsize=10, block=True`."""
    if tool is LOCUST and users > 10:
        pytest.skip("real Locust loses connections when users wait for one (FullPoolError), and may then hang")
    before = connections(demo)
    ended = run_example(tool, "shared_pool.py", demo.url, users=users, goal=Goal(samples=10 * users))
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert ended.report.counts == {"GET /delay/20": demo.received().total}
    looks = 2  # our own, of `connections` and `received`
    assert 2 <= connections(demo) - before - looks <= 10


def connections(demo: Target) -> int:
    """Taken by the server since it began."""
    return int(json.loads(demo.get("/counters"))["connections"])


def test_odd_paths_reach_the_server_as_they_are(tool: Tool, demo: Target) -> None:
    """Row 23, docs/contract/http-client.md: nothing is decoded, shortened or encoded again; headers given as None are
    not sent."""
    ended = run_example(tool, "odd_paths.py", demo.url, users=3)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    climb = "%252e%252e%255f" * 3
    odd = {f"/c:{climb}boot.ini%23vt/test", "/c:.....//.....//etc/passwd%23vt/test"}
    received = demo.received()
    assert odd <= set(received.paths) <= odd | {"/echo"}
    assert {row.removeprefix("GET "): count for row, count in ended.report.counts.items()} == received.paths
