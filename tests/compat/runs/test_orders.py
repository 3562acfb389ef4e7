"""Orders: what pages and nodes ask of a run is done on the script thread, by the methods that a suite may replace."""

from tests.kit.places import PROGRAMS
from tests.kit.processes import running
from tests.kit.programs import ours
from tests.kit.tools import RLOCUST

PROGRAM = PROGRAMS / "orders.py"


def test_orders_from_another_thread_reach_what_the_suite_has_replaced_and_are_answered() -> None:
    """Start by the replaced method, messages to their listener, refusals with their sentence, a silent script."""
    with running([*RLOCUST.command, "-f", str(PROGRAM), "--headless", "-u", "1", "--only-summary"]) as run:
        assert run.wait() == 0, run.said
        said = run.stdout.splitlines()
    expected = [
        "heard [1, None] from elsewhere",
        "message done ",
        "message refused no listener is registered for messages of the type `nobody`",
        "started 3 100.0 ['Second']",
        "start done ",
        "start refused there is no user class `Third` in this run",
        "update_user_class done ",
        "weight 7",
        "reset",
        "reset_stats done ",
        "while a task computes: silent True",
        "refused: True",
        "reset",
        "quit done ",
        "stop refused the run has ended",
    ]
    assert [line for line in said if line in expected] == expected, run.said


def test_runs_side_by_side_in_one_program_have_each_their_own_orders() -> None:
    done = ("done", "")
    assert ours("orders_in_a_library.py") == [
        "users [1, 2]",
        "users [1, 0]",
        str([("start 1", done), ("start 2", done), ("stop", done)]),
    ]
