"""Row 10 of the promise: task sets in task sets, sequences, `interrupt`, MarkovTaskSet."""

import pytest

from tests.kit.runs import Goal, run_example
from tests.kit.targets import Target
from tests.kit.tools import Tool


def walk(tool: Tool, demo: Target, user_class: str, **visits: int) -> dict[str, int]:
    """One user of the class until it has been at these places: how often it was where."""
    goal = Goal(names={f"{user_class} {place}".replace("_", " "): count for place, count in visits.items()})
    ended = run_example(tool, "task_sets.py", demo.url, user_class, users=1, goal=goal)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert ended.report.total is not None and ended.report.total.requests == demo.received().total
    return {row.removeprefix(f"GET {user_class} "): count for row, count in ended.report.counts.items()}


def test_a_user_walks_into_rooms_and_out_again(tool: Tool, demo: Target) -> None:
    """Row 10, docs/contract/python-api.md §4: `on_start` at each entry; `interrupt` goes back to the room around."""
    places = walk(tool, demo, "Visitor", cooking=5)
    assert set(places) <= {"street", "hall", "kitchen door", "cooking"} and {"kitchen door", "cooking"} <= set(places)
    assert places["cooking"] <= places["kitchen door"] <= places["cooking"] + 1


def test_a_sequence_keeps_its_order(tool: Tool, demo: Target) -> None:
    """Row 10, docs/contract/python-api.md §2: in the order of the file, weights as repetitions, `tasks` where it
    stands."""
    places = walk(tool, demo, "Shopper", pay=2)
    rounds = places["enter"]
    assert rounds >= 2 and set(places) == {"enter", "choose", "try on", "pay"}
    assert 2 * rounds - 2 <= places["choose"] <= 2 * rounds
    assert rounds >= places["try on"] >= places["pay"] >= rounds - 1


def test_a_markov_chain_only_takes_its_ways(tool: Tool, demo: Target) -> None:
    """Row 10, docs/contract/python-api.md §5: from home to browse, from browse to home or to buy, from buy to home."""
    places = walk(tool, demo, "Wanderer", browse=20)
    assert set(places) <= {"home", "browse", "buy"}
    assert places["browse"] <= places["home"] <= places["browse"] + 1
    assert places.get("buy", 0) <= places["browse"]


@pytest.mark.parametrize("users", [3, 6])
def test_all_ways_in_one_run(tool: Tool, demo: Target, users: int) -> None:
    ended = run_example(tool, "task_sets.py", demo.url, users=users)
    each = users // 3
    spawned = f'{{"Shopper": {each}, "Visitor": {each}, "Wanderer": {each}}} ({users} total users)'
    assert ended.exit_code == 0 and ended.has_logged(f"All users spawned: {spawned}")
