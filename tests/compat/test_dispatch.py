"""Users come and go in Locust's order (contract: Python API, section 8, dispatch)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shim_path import PYTHON, SHIM, real_locust, use_shim

use_shim()

from locust.dispatch import UsersDispatcher  # noqa: E402

CASES = 400


class Node:
    def __init__(self, name: str) -> None:
        self.id = name


def user_class(name: str, weight: float = 1, fixed_count: int = 0) -> type:
    return type(name, (), {"weight": weight, "fixed_count": fixed_count})


def outputs(interpreter: str, path: str) -> list[str]:
    script = Path(__file__).with_name("dispatch_cases.py")
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [interpreter, str(script), str(CASES)], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_hundreds_of_random_dispatches_equal_locusts() -> None:
    """Weights, fixed counts, several workers, ramps up and down, workers joining and leaving, other classes."""
    interpreter = real_locust()
    if interpreter is None:
        pytest.skip("no real Locust here: set LOCUST_PYTHON or make .venv-locust")
    theirs = outputs(interpreter, "")
    ours = outputs(sys.executable, f"{SHIM}{os.pathsep}{PYTHON}")
    assert len(ours) == CASES
    for seed, (their, our) in enumerate(zip(theirs, ours, strict=True)):
        assert our == their, f"case {seed}"


def steps(dispatcher: UsersDispatcher, target: int, rate: float) -> list[dict[str, dict[str, int]]]:
    dispatcher.new_dispatch(target, rate)
    return list(dispatcher)


def test_the_first_batch_comes_at_once_and_no_pause_follows_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("gevent.sleep", pauses.append)
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    assert steps(dispatcher, 5, 2.5) == [{"1": {"U": n}} for n in (2, 4, 5)]
    assert pauses == pytest.approx([0.8, 0.8], abs=0.1)
    assert len(dispatcher.dispatch_iteration_durations) == 3


def test_arguments_nobody_can_follow_are_refused() -> None:
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    with pytest.raises(ValueError, match="target_user_count must be >= 0, got -1"):
        dispatcher.new_dispatch(-1, 1)
    with pytest.raises(ValueError, match="spawn_rate must be > 0, got 0"):
        dispatcher.new_dispatch(1, 0)
    with pytest.raises(ValueError, match="finite"):
        dispatcher.new_dispatch(1, float("inf"))


def test_a_subclass_chooses_users_itself() -> None:
    class Alternating(UsersDispatcher):
        def _user_gen(self):  # type: ignore[no-untyped-def]
            while True:
                yield from ("B", "A", "A")

    dispatcher = Alternating([Node("1"), Node("2")], [user_class("A", weight=100), user_class("B")])
    [users] = steps(dispatcher, 4, 4)
    assert users == {"1": {"A": 1, "B": 1}, "2": {"A": 1, "B": 1}}


def test_only_fixed_users_stop_at_their_total() -> None:
    dispatcher = UsersDispatcher([Node("1")], [user_class("F", fixed_count=3)])
    assert steps(dispatcher, 10, 10)[-1] == {"1": {"F": 3}}
    assert dispatcher.get_current_user_count() == 3
    assert not dispatcher.dispatch_in_progress


def test_dispatching_is_over_after_a_rebalance_at_the_target() -> None:
    """Locust 2.47 leaves `dispatch_in_progress` set here, so a second new worker never gets users."""
    dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
    steps(dispatcher, 4, 4)
    dispatcher.add_worker(Node("2"))
    assert steps(dispatcher, 4, 4) == [{"1": {"U": 2}, "2": {"U": 2}}]
    assert not dispatcher.dispatch_in_progress
