"""Users come and go in Locust's order (docs/contract/python-api.md §8, dispatch)."""

from tests.kit.programs import compare_cases, ours


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
    ours("dispatch/first_batch.py")


def test_arguments_nobody_can_follow_are_refused() -> None:
    ours("dispatch/refused.py")


def test_a_subclass_chooses_users_itself() -> None:
    """Overridable internals are part of the contract (docs/contract/python-api.md §15)."""
    ours("dispatch/subclass.py")


def test_users_go_round_the_workers_and_the_latest_leave_first() -> None:
    ours("dispatch/workers.py")


def test_every_step_moves_by_at_most_a_batch_and_the_last_one_arrives() -> None:
    ours("dispatch/batches.py")


def test_fixed_users_come_first_and_again_after_users_went_away() -> None:
    ours("dispatch/fixed.py")


def test_only_fixed_users_stop_at_their_total() -> None:
    ours("dispatch/only_fixed.py")


def test_dispatching_is_over_after_a_rebalance_at_the_target() -> None:
    """Locust 2.47 leaves `dispatch_in_progress` set here, so a second new worker never gets users."""
    ours("dispatch/rebalance.py")
