"""What happens inside a user, whatever its code does (docs/contract/python-api.md §3 to §6)."""

from tests.kit.programs import compare_cases


def test_hundreds_of_random_users_live_as_under_locust() -> None:
    """Task sets of all kinds, nested; every hook and method of the loop returns, raises, schedules, waits or stops;
    tasks and waits are drawn from a seeded `random`."""
    compare_cases("loop_cases.py", 800)


def test_who_replaces_a_method_of_the_loop_is_called() -> None:
    """Section 4: each method on its class, on derived classes, on instances, beforehand and in mid-run, as plug-ins do;
    both tools call each replacement equally often, on the same objects."""
    compare_cases("patch_cases.py", 201)
