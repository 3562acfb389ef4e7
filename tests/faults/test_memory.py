"""Bodies without an end, and bombs, under a limit of memory: the call fails as `MemoryError`, and the run goes on."""

import pytest

from tests.faults.limits import MIB, in_a_group, run_limited, why_no_groups
from tests.kit import results
from tests.kit.places import TESTS
from tests.kit.runs import Goal
from tests.kit.tools import RLOCUST, started

LOCUSTFILES = TESTS / "faults" / "locustfiles"
CASES = ("/announced", "/chunked", "/until-close", "/gzip", "/deflate", "/br")
LIMIT = 600 * MIB  # little, as memory has to be made ready first: while much is, an I/O thread stands still
LARGE = 1500 * MIB
LATE = "Not trustworthy, the generator itself was late: rlocust-io-0 stood still for"
OF_A_GROUP = 750 * MIB  # half of it is for bodies, the rest has to do for all else
#: Every case by both clients, and others meanwhile.
ALL = Goal(
    names={f"{user}{case}": 1 for user in ("GreedyHttp", "GreedyFast") for case in CASES} | {"/fine": 20}, deadline=180
)
LOAD = ["--headless", "-u", "4", "-r", "10", "--only-summary", "--csv", "run"]


def check(ran, folder):
    """Every case has failed under its name as `MemoryError`, others have gone on, and the run has ended in order: with
    the code of failures, or with that of a generator that was late and says so (docs/exit-codes.md).
    """
    assert ran.exit_code == (4 if LATE in ran.stderr else 1), ran.stderr[-3000:]
    totals = results.of_csv(folder / "run")
    failures = results.Sheet.read(folder / "run_failures.csv").rows
    for user in "GreedyHttp", "GreedyFast":
        for case in CASES:
            asked, failed = totals["GET", user + case]
            assert asked == failed >= 1, (user, case)
    assert {row["Error"].split("(")[0] for row in failures} == {"MemoryError"}, failures
    asked, failed = totals["GET", "/fine"]
    assert (asked >= 20, failed) == (True, 0), "others did not go on"
    assert "Response time percentiles" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_no_body_is_longer_than_it_may_be(hostile, tmp_path):
    load = [*LOAD, "-H", hostile, "--max-body", "20MB"]
    check(run_limited("-f", LOCUSTFILES / "greedy.py", *load, cwd=tmp_path, goal=ALL), tmp_path)
    reasons = {row["Error"] for row in results.Sheet.read(tmp_path / "run_failures.csv").rows}
    assert len(reasons) == 2, reasons
    assert all("longer than 20000000 bytes (`--max-body`)" in reason for reason in reasons)


def test_a_limit_of_address_space_ends_calls_and_not_the_run(hostile, tmp_path):
    """`ulimit -v`: the system refuses memory."""
    load = [*LOAD, "-H", hostile]
    check(run_limited("-f", LOCUSTFILES / "greedy.py", *load, cwd=tmp_path, goal=ALL, address_space=LIMIT), tmp_path)


@pytest.mark.clock
def test_no_io_thread_stands_still_over_large_bodies(hostile, tmp_path):
    load = [*LOAD, "-H", hostile]
    ran = run_limited("-f", LOCUSTFILES / "greedy.py", *load, cwd=tmp_path, goal=ALL, address_space=LARGE)
    assert ran.exit_code == 1, [line for line in ran.stderr.splitlines() if LATE in line] or ran.stderr[-3000:]


def test_a_control_group_with_little_memory_ends_calls_and_not_the_run(hostile, tmp_path):
    """The system refuses nothing, and kills whoever takes too much."""
    if reason := why_no_groups("memory"):
        print(f"skipped: {reason}")
        pytest.skip(reason)
    load = [*LOAD, "-H", hostile]
    with in_a_group("memory", OF_A_GROUP) as enter:
        check(run_limited("-f", LOCUSTFILES / "greedy.py", *load, cwd=tmp_path, goal=ALL, enter=enter), tmp_path)


def test_a_large_block_leaves_the_process_when_it_is_freed(tmp_path):
    """The second, too: to glibc by itself the first one is a sign to keep them from then on."""
    with started(RLOCUST, "-f", LOCUSTFILES / "large_blocks.py", "--headless", cwd=tmp_path) as process:
        assert process.wait() == 0, process.said
        [first, second] = map(int, process.stdout.removeprefix("mapped:").split())
    assert first >= 8 * MIB
    assert second >= 8 * MIB
