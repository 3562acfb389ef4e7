"""`rlocust profile`: what docs/profile.md says of its report, held against a file whose cost is known."""

import re
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, run

FILE = ROOT / "tests" / "compat" / "locustfiles" / "profiled.py"
SOURCE = FILE.read_text().splitlines()


@pytest.fixture(scope="module")
def profile(demo_process: Target) -> Run:
    ended = run(
        RLOCUST, "profile", "-f", FILE, "-u", "3", "-r", "3", "-t", "4s", "-H", demo_process.url, "--only-summary"
    )
    assert ended.exit_code == 0, ended.stderr
    return ended


def part(profile: Run, title: str) -> list[str]:
    """The lines below this one, up to an empty one."""
    lines = iter(profile.stderr.splitlines())
    assert any(line.startswith(title) for line in lines), profile.stderr
    return list(iter(lambda: next(lines, ""), ""))


def share(line: str) -> float:
    return float(line.split("%")[0])


def number_of(text: str) -> int:
    return next(number for number, line in enumerate(SOURCE, 1) if text in line)


def test_the_task_that_computes_stands_first(profile: Run) -> None:
    tasks = part(profile, "CPU of the script thread by task")
    assert "Shopper.compute" in tasks[0] and share(tasks[0]) > 40, tasks
    assert any("Shopper.ask" in line for line in tasks) and any("Shopper.stream" in line for line in tasks)
    assert sum(map(share, tasks)) == pytest.approx(100, abs=1)


def test_the_line_that_computes_is_shown_with_its_source(profile: Run) -> None:
    first, second, *_ = part(profile, "By line of the locustfile")
    loop = {"for number in range(count):", "total += number * number"}
    assert {line.split("  ")[-1] for line in (first, second)} & loop, (first, second)
    assert re.search(r"profiled\.py:\d+  ", first)


def test_the_line_that_leaves_the_engine_is_named_with_the_reason(profile: Run) -> None:
    calls = part(profile, "Calls: ")
    assert len(calls) == 1
    source = 'self.client.get("/text", stream=True).close()'
    assert re.fullmatch(rf" +\d+ requests: `stream=True` at \S*profiled\.py:{number_of(source)}  .*", calls[0])


def test_what_profiling_cost_is_said(profile: Run) -> None:
    head = re.search(
        r"Profile: the script thread computed ([\d.]+) s in [\d.]+ s \(\d+%\), seen in (\d+) samples", profile.stderr
    )
    assert head, profile.stderr
    assert "Profiling itself took " in profile.stderr
    # About one sample in a millisecond of computing; a busy machine wakes the sampler late.
    assert int(head[2]) > 0.1 * float(head[1]) * 1000, profile.stderr
    assert re.search(r"By machine code that ran: .*Python \d+%", profile.stderr)


def test_a_run_that_was_given_no_end_has_one(tmp_path: Path) -> None:
    ends = "\n    @task\n    def end(self):\n        self.environment.runner.quit()\n"
    (tmp_path / "lf.py").write_text("from locust import User, task\nclass Someone(User):" + ends)
    ended = run(RLOCUST, "profile", "-f", "lf.py", cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    assert ended.has_logged("No --run-time is given: profiling for 30 seconds")
    assert ended.has_logged("Run time limit set to 30 seconds")
    assert "So few samples say little" in ended.stderr


def test_the_help_says_what_follows() -> None:
    ended = run(RLOCUST, "profile", "--help")
    assert ended.exit_code == 0 and "rlocust profile -f FILE [options]" in ended.stdout
