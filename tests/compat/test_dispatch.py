"""Users come and go in Locust's order (docs/contract/python-api.md §8, dispatch)."""

import textwrap

from tests.kit.programs import compare_cases, run_program

START = """
import gevent
import pytest
pauses = []
gevent.sleep = pauses.append
from locust.dispatch import UsersDispatcher

class Node:
    def __init__(self, name):
        self.id = name

def user_class(name, weight=1, fixed_count=0):
    return type(name, (), {"weight": weight, "fixed_count": fixed_count})

def steps(dispatcher, target, rate):
    dispatcher.new_dispatch(target, rate)
    return list(dispatcher)
"""


def run_ours(source: str) -> None:
    run_program(START + textwrap.dedent(source))


def test_hundreds_of_random_dispatches_equal_locusts() -> None:
    """Weights, fixed counts, several workers, ramps up and down, workers joining and leaving, other classes,
    targets that change in mid-ramp."""
    compare_cases("dispatch_cases.py", 400)


def test_hundreds_of_random_tests_are_led_as_by_locusts_runner() -> None:
    """One local runner: weights of 0, equal weights, ramps up and down, changed in mid-ramp, stopped and restarted,
    users that end by themselves or take too long, users spawned past the dispatcher, a dispatcher of
    the suite, load shapes with every kind of answer; counts by class in each step, states, events and log lines."""
    compare_cases("runner_cases.py", 150)


def test_the_first_batch_comes_at_once_and_no_pause_follows_the_last() -> None:
    run_ours("""
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    assert steps(dispatcher, 5, 2.5) == [{"1": {"U": n}} for n in (2, 4, 5)]
    assert pauses == pytest.approx([0.8, 0.8], abs=0.1)
    assert len(dispatcher.dispatch_iteration_durations) == 3
    """)


def test_arguments_nobody_can_follow_are_refused() -> None:
    run_ours("""
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    with pytest.raises(ValueError, match="target_user_count must be >= 0, got -1"):
        dispatcher.new_dispatch(-1, 1)
    with pytest.raises(ValueError, match="spawn_rate must be > 0, got 0"):
        dispatcher.new_dispatch(1, 0)
    with pytest.raises(ValueError, match="finite"):
        dispatcher.new_dispatch(1, float("inf"))
    """)


def test_a_subclass_chooses_users_itself() -> None:
    """Overridable internals are part of the contract (docs/contract/python-api.md §15)."""
    run_ours("""
    class Alternating(UsersDispatcher):
        def _user_gen(self):
            while True:
                yield from ("B", "A", "A")

    dispatcher = Alternating([Node("1"), Node("2")], [user_class("A", weight=100), user_class("B")])
    [users] = steps(dispatcher, 4, 4)
    assert users == {"1": {"A": 1, "B": 1}, "2": {"A": 1, "B": 1}}
    """)


def test_users_go_round_the_workers_and_the_latest_leave_first() -> None:
    run_ours("""
    def totals(users):
        return [sum(count.values()) for count in users.values()]

    dispatcher = UsersDispatcher([Node("a"), Node("b"), Node("c")], [user_class("U")])
    assert [totals(users) for users in steps(dispatcher, 5, 3)] == [[1, 1, 1], [2, 2, 1]]
    assert [totals(users) for users in steps(dispatcher, 4, 1)] == [[2, 1, 1]]
    """)


def test_every_step_moves_by_at_most_a_batch_and_the_last_one_arrives() -> None:
    run_ours("""
    import random

    for seed in range(50):
        rng = random.Random(seed)
        nodes = [Node(str(number)) for number in range(rng.randint(1, 4))]
        classes = [user_class("A", weight=3), user_class("B"), user_class("F", fixed_count=4)]
        dispatcher, before, rate = UsersDispatcher(nodes, classes), 0, rng.uniform(0.1, 60)
        for target in [rng.randrange(200) for _ in range(rng.randint(1, 5))]:
            for users in steps(dispatcher, target, rate):
                now = sum(sum(counts.values()) for counts in users.values())
                assert abs(now - before) <= max(1, int(rate)), seed
                before = now
            assert before == dispatcher.get_current_user_count() == target, seed
    """)


def test_fixed_users_come_first_and_again_after_users_went_away() -> None:
    run_ours("""
    dispatcher = UsersDispatcher([Node("1")], [user_class("W"), user_class("F", fixed_count=2)])
    assert [users["1"] for users in steps(dispatcher, 3, 1)] == [{"F": 1, "W": 0}, {"F": 2, "W": 0}, {"F": 2, "W": 1}]
    assert steps(dispatcher, 1, 10) == [{"1": {"F": 1, "W": 0}}]
    assert [users["1"] for users in steps(dispatcher, 3, 1)] == [{"F": 2, "W": 0}, {"F": 2, "W": 1}]
    """)


def test_only_fixed_users_stop_at_their_total() -> None:
    run_ours("""
    dispatcher = UsersDispatcher([Node("1")], [user_class("F", fixed_count=3)])
    assert steps(dispatcher, 10, 10)[-1] == {"1": {"F": 3}}
    assert dispatcher.get_current_user_count() == 3
    assert not dispatcher.dispatch_in_progress
    """)


def test_dispatching_is_over_after_a_rebalance_at_the_target() -> None:
    """Locust 2.47 leaves `dispatch_in_progress` set here, so a second new worker never gets users."""
    run_ours("""
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    steps(dispatcher, 4, 4)
    dispatcher.add_worker(Node("2"))
    assert steps(dispatcher, 4, 4) == [{"1": {"U": 2}, "2": {"U": 2}}]
    assert not dispatcher.dispatch_in_progress
    """)
