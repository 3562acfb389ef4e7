"""Rows 6, 7, 8, 9 and 11 of the promise: waits, mixes of users, lifecycle, forms of tasks, tags."""

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit.places import EXAMPLES
from tests.kit.runs import Goal, run_example
from tests.kit.targets import Target
from tests.kit.tools import Tool, run

WAITS = ["ConstantUser", "BetweenUser", "PacedUser", "ThroughputUser", "PoissonUser", "TiringUser"]


def test_each_way_to_wait_ends_and_the_user_goes_on(tool: Tool, demo: Target) -> None:
    """Row 6, docs/contract/python-api.md."""
    goal = Goal(names=dict.fromkeys(WAITS, 2))
    ended = run_example(tool, "waits.py", demo.url, users=6, goal=goal)
    assert ended.exit_code == 0, ended.stderr
    assert {name for _, name in ended.report.rows} == set(WAITS)
    assert sum(ended.report.counts.values()) == demo.received().total


@pytest.mark.clock
def test_each_wait_sets_its_own_pace(tool: Tool, demo: Target) -> None:
    """Row 6, docs/contract/python-api.md: requests one user of each class makes in four seconds, 20 ms each.

    The lower bounds allow for Locust counting its start-up as run time (docs/contract/cli.md) and for a busy machine.
    """
    load = ["--headless", "-u", "6", "-r", "6", "-t", "4s", "--stop-timeout", "30", "--only-summary", "-H", demo.url]
    ended = run(tool, "-f", EXAMPLES / "waits.py", *load)
    assert ended.exit_code == 0, ended.stderr
    bounds = {
        "ConstantUser": (7, 16),  # every 0.27 s
        "BetweenUser": (5, 34),  # every 0.12 to 0.42 s
        "PacedUser": (4, 9),  # every 0.5 s
        "ThroughputUser": (8, 17),  # every 0.25 s
        "PoissonUser": (2, 45),  # 16 on average
        "TiringUser": (5, 9),  # after 0.12, 0.34, 0.66, 1.08, 1.6, 2.22, 2.94, 3.76 s
    }
    counts = {name: row.requests for (_, name), row in ended.report.rows.items()}
    assert set(counts) == set(bounds) == set(WAITS)
    wrong = {name: count for name, count in counts.items() if not bounds[name][0] <= count <= bounds[name][1]}
    assert not wrong


@pytest.mark.parametrize("attempt", range(3))
def test_users_that_wake_while_the_run_ends_finish_their_task(tool: Tool, demo: Target, attempt: int) -> None:
    """`--stop-timeout`: users that wait end at once, but never in a request (real Locust may cut some here)."""
    ended = run_example(tool, "waits.py", demo.url, users=60, goal=Goal(samples=120))
    assert ended.report.total is not None and ended.report.total.requests == demo.received().total


def test_weights_and_fixed_counts_share_the_users_out(tool: Tool, demo: Target) -> None:
    """Row 7: the fixed count first, the rest by weight."""
    goal = Goal(names={"visitor looks": 7, "writer writes": 3, "admin cleans up": 1})
    ended = run_example(tool, "user_mix.py", demo.url, users=9, goal=goal)
    assert ended.has_logged('All users spawned: {"AdminUser": 1, "TodoUser": 2, "VisitorUser": 6} (9 total users)')
    assert ended.report.names == {"GET visitor looks", "POST writer writes", "DELETE admin cleans up"}
    methods = demo.received().methods
    assert {row.split()[0]: count for row, count in ended.report.counts.items()} == methods
    assert methods["GET"] > methods["POST"] > methods["DELETE"]


@pytest.mark.parametrize(
    ("chosen", "rows", "spawned"),
    [
        (["TodoUser"], ["writer writes"], '{"TodoUser": 9} (9 total users)'),
        (
            ["VisitorUser", "AdminUser"],
            ["visitor looks", "admin cleans up"],
            '{"AdminUser": 1, "VisitorUser": 8} (9 total users)',
        ),
    ],
)
def test_the_command_line_chooses_classes(
    tool: Tool, demo: Target, chosen: list[str], rows: list[str], spawned: str
) -> None:
    """Row 7, docs/contract/cli.md: positional user classes."""
    ended = run_example(tool, "user_mix.py", demo.url, *chosen, users=9, goal=Goal(names=dict.fromkeys(rows, 1)))
    assert ended.has_logged(f"All users spawned: {spawned}")
    assert {name for _, name in ended.report.rows} == set(rows)


def test_an_unknown_class_is_refused(tool: Tool, demo: Target) -> None:
    """docs/contract/cli.md §1: exit code 1, before anything runs."""
    ended = run_example(tool, "user_mix.py", demo.url, "NobodyUser")
    assert ended.exit_code == 1
    assert "NobodyUser" in ended.stderr
    assert demo.received().total == 0


def test_users_and_task_sets_begin_and_end(tool: Tool, demo: Target) -> None:
    """Row 8: `on_start` and `on_stop` once per user and once per visit of a task set; the host of the class."""
    goal = Goal(names={"/login": 5, "/echo/shop/leave": 3, "/me": 1})
    ended = run_example(tool, "lifecycle.py", None, env={"TARGET": demo.url}, users=5, goal=goal)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    counts = ended.report.counts
    assert counts["POST /login"] == counts["POST /logout"] == 5
    entered, left = counts["GET /echo/shop/enter"], counts["GET /echo/shop/leave"]
    assert entered - 5 <= left <= entered, "a visit may be cut short between entering and its first task"
    assert counts["GET /me"] > 0, "logged in by the cookie"
    assert ended.report.total is not None and ended.report.total.requests == demo.received().total


def test_the_host_of_the_command_line_wins(tool: Tool, demo: Target) -> None:
    """Row 8, docs/contract/python-api.md: `-H` over the class attribute."""
    goal = Goal(names={"/login": 5})
    ended = run_example(tool, "lifecycle.py", demo.url, env={"TARGET": "http://127.0.0.1:9"}, goal=goal)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert demo.received().paths["/login"] == 5


def test_tasks_may_be_said_in_all_ways(tool: Tool, demo: Target) -> None:
    """Row 9: `@task`, `@task(3)`, list, dict, set of task sets, plain functions taking the user."""
    both = {"Decorated", "ListedTwice", "Weighted"}
    only_read = {"Listed", "Nested"}
    # So many that three to one may not come out as one to one: it would in one of 10^12 runs.
    goal = Goal(names={f"{name} reads": 150 for name in both} | {f"{name} reads": 1 for name in only_read})
    ended = run_example(tool, "task_forms.py", demo.url, users=60, goal=goal)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    counts = ended.report.counts
    assert set(counts) == {f"GET {name} reads" for name in both | only_read} | {f"POST {name} writes" for name in both}
    for name in both:
        assert counts[f"GET {name} reads"] > counts[f"POST {name} writes"], "three to one"
    assert ended.report.total is not None and ended.report.total.requests == demo.received().total


ALL = {"GET /echo/list", "GET /search", "GET /echo/untagged", "POST /echo/pay", "POST /pay-by-letter"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ALL),
        (["--tags", "browse"], {"GET /echo/list", "GET /search"}),
        (["-T", "slow"], {"GET /search", "POST /pay-by-letter"}),
        (["--tags", "buy", "browse", "--exclude-tags", "slow"], {"GET /echo/list", "POST /echo/pay"}),
        (["-E", "slow", "buy"], {"GET /echo/list", "GET /echo/untagged"}),
    ],
)
def test_tags_choose_tasks(tool: Tool, demo: Target, options: list[str], expected: set[str]) -> None:
    """Row 11, docs/contract/cli.md: `--tags`, `--exclude-tags`, also inside a tagged task set."""
    goal = Goal(samples=40, names={row.split()[1]: 1 for row in expected})
    ended = run_example(tool, "tags.py", demo.url, *options, users=8, goal=goal)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert ended.report.names == expected


def test_a_class_without_tasks_left_is_reported(tool: Tool, demo: Target) -> None:
    """docs/contract/cli.md: the warning, and exit code 1 by the users' exceptions."""
    words = ["-f", EXAMPLES / "tags.py", "--headless", "-H", demo.url, "--tags", "nowhere"]
    failed = "No tasks defined on Visitor"
    ended = run_until_it("the error of a user", lambda process: failed in process.stderr, tool, *words)
    assert ended.has_logged("Visitor had no tasks left after filtering, instantiating it will fail!")
    assert ended.exit_code == 1
    assert demo.received().total == 0
