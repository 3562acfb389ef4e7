"""Wait times: what the functions return, what they draw from, and when waiting goes wrong."""

from tests.kit.programs import both, ours


def test_wait_times_draw_from_the_global_random() -> None:
    """docs/contract/python-api.md §6: `between` is a + random()*(b-a), `poisson` exponential with mean 1/r, seeds
    count."""
    said = both("waits/global_random.py")
    assert said[0] == said[1]
    assert said[2] == "3"


def test_rates_that_are_not_positive_are_refused() -> None:
    """docs/contract/python-api.md §6: r <= 0 raises ValueError."""
    said = both("waits/rates.py")
    assert said == [
        "ValueError: constant_throughput() requires a positive rate, got: 0",
        "ValueError: poisson() requires a positive rate, got: -1",
    ]


def test_pacing_counts_from_construction_and_leaves_what_is_left() -> None:
    """docs/contract/python-api.md §6: wait = max(0, x - run), the first interval counts from object construction."""
    said = both("waits/pacing.py")
    assert said == ["6 6", "0", "0", "7"]


def test_a_task_set_with_a_wait_time_keeps_its_own_pace() -> None:
    """docs/contract/python-api.md §4: a `wait_time` on the TaskSet wins, and the bookkeeping lives on the TaskSet
    instance."""
    said = both("waits/task_set.py")
    assert said == ["6 True 0", "5"]


def test_without_a_wait_time_the_old_bounds_count_and_without_these_it_is_an_error() -> None:
    """docs/contract/python-api.md §4: else randint(min_wait, max_wait)/1000 if both set, else MissingWaitTimeError."""
    said = both("waits/old_bounds.py")
    assert said == [
        "returned 1.0",
        "MissingWaitTimeError: You must define a wait_time method on either the "
        "{type(self.user).__name__} or {type(self).__name__} class",
    ]


def test_a_number_as_wait_time_ends_the_user_at_its_first_wait() -> None:
    """docs/contract/python-api.md §4: the handler waits again, which raises again; one `user_error`, no `on_stop`."""
    said = both("waits/number.py")
    assert said == ["worked", "DefaultTaskSet TypeError(\"'int' object is not callable\")", "0 [1]"]


def test_a_negative_wait_is_none_and_still_lets_others_run() -> None:
    """docs/contract/python-api.md §4: negative = 0; surprise 10: the default wait of 0 still yields."""
    said = both("waits/negative.py")
    assert said == ["[3, 3]", "[3, 3]"]


def test_the_state_of_a_user_says_whether_it_waits() -> None:
    """docs/contract/python-api.md §3: None, then running, waiting only during `wait()`, stopping."""
    said = both("waits/state.py")
    assert said == ["None", "on_start running", "task running", "told to stop stopping", "on_stop stopping", "stopping"]


def test_waits_without_end_last_until_somebody_ends_them() -> None:
    """The timers have bounds; what lies beyond is a long wait, not an error."""
    said = both("waits/endless.py")
    assert said == ["5 ['waiting', 'waiting', 'waiting', 'waiting', 'waiting']", *["on_stop waiting"] * 5, "0 {}"]


def test_a_wait_that_is_not_a_number_ends_its_user_with_an_error() -> None:
    """Under Locust it stops the clock of the whole process, which then has to be killed."""
    said = ours("waits/not_a_number.py")
    assert said == ["ValueError('cannot wait for `nan` seconds')"]
