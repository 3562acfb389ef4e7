"""An answer that comes byte by byte, for ever: `--max-response-time` ends its call."""

from tests.faults.limits import run_limited
from tests.kit import results
from tests.kit.places import TESTS
from tests.kit.runs import Goal

PATIENT = TESTS / "faults" / "locustfiles" / "patient.py"


def test_a_call_ends_where_a_whole_answer_takes_too_long(demo, tmp_path):
    load = ["--headless", "-u", "2", "-r", "2", "--only-summary", "--csv", "run", "-H", demo.url]
    goal = Goal(names={"http": 1, "fast": 1})
    ran = run_limited("-f", PATIENT, *load, "--max-response-time", "1s", cwd=tmp_path, goal=goal)
    assert ran.exit_code == 1, ran.stderr
    failures = results.Sheet.read(tmp_path / "run_failures.csv").rows
    words = "no whole answer within 1 s (`--max-response-time`)"
    assert {row["Name"]: row["Error"] for row in failures} == {
        "http": f"ReadTimeout('{words}')",
        "fast": f"TimeoutError('{words}')",
    }
