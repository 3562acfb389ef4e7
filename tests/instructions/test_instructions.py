"""What a call costs the script thread, in instructions: slow machines count the same. On one that is busy a piece takes
so long that each has the work of every second in it, hence alone.
"""

import shutil

import pytest

from rlocust import _native
from tests.instructions import count

IS_DEBUG = hasattr(_native, "panic_for_tests")


@pytest.mark.clock
@pytest.mark.skipif(IS_DEBUG, reason="a debug build says nothing of the cost of a release")
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="no valgrind: .ci/packages valgrind")
@pytest.mark.timeout(count.LIMIT)
def test_a_call_takes_no_more_instructions_than_are_recorded(capsys):
    """docs/decisions/0019-the-way-of-a-call.md. After a change that pays, or that costs for a good reason:
    `python -m tests.instructions.count --record`."""
    recorded = count.record().get(count.surroundings())
    if recorded is None:
        pytest.skip(f"nothing is recorded for {count.surroundings()}: python -m tests.instructions.count --record")
    counts = count.counted()
    with capsys.disabled():
        print("", *count.differences(counts, recorded), sep="\n")
    assert count.excesses(counts, recorded) == []


def test_three_hundredths_more_are_too_many():
    recorded = {"plain": 1000, "listener": 1000}
    assert count.excesses({"plain": 1029, "listener": 500}, recorded) == []
    [line] = count.excesses({"plain": 1031, "listener": 1000}, recorded)
    assert line == "plain: 1,031 instructions, 1.031 of the 1,000 recorded"
