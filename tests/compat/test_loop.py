"""What happens inside a user, whatever its code does (contract: Python API, sections 3 to 6)."""

from support.programs import compare_cases


def test_hundreds_of_random_users_live_as_under_locust() -> None:
    """Task sets of all kinds, nested; every hook and method of the loop returns, raises, schedules, waits or stops;
    tasks and waits are drawn from a seeded `random`."""
    compare_cases("loop_cases.py", 800)
