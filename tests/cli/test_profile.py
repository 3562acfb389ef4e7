"""`rlocust profile`: what docs/profile.md says of its report, held against a file whose cost is known."""

import json
import re
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, run

AS_DATA = "profile.json"
FILE = ROOT / "tests" / "compat" / "locustfiles" / "profiled.py"
SOURCE = FILE.read_text().splitlines()
ENDS = """
from locust import User, task
class Someone(User):
    @task
    def end(self):
        self.environment.runner.quit()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile")


@pytest.fixture(scope="module")
def profile(demo_process: Target, folder: Path) -> Run:
    """Each task is called about a hundred times, and computes: some of the samples find it."""
    load = ["-u", "3", "-r", "3", "-t", "10m", "-H", demo_process.url, "--only-summary"]
    words = ["profile", "-f", FILE, *load, "--profile-json", AS_DATA]
    ended = run_until(RLOCUST, Goal(samples=300), *words, cwd=folder)
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
    assert re.search(r"By machine code that ran: .*Python \d+%", profile.stderr)


@pytest.mark.clock
def test_samples_come_about_once_in_a_millisecond_of_computing(profile: Run) -> None:
    head = re.search(r"computed ([\d.]+) s in .* seen in (\d+) samples", profile.stderr)
    assert head and int(head[2]) > 0.1 * float(head[1]) * 1000, profile.stderr


def test_the_figures_are_data_too(profile: Run, folder: Path) -> None:
    data = json.loads((folder / AS_DATA).read_text())
    cpu, seconds, samples = re.search(
        r"computed ([\d.]+) s in ([\d.]+) s \(\d+%\), seen in (\d+)", profile.stderr
    ).groups()
    assert (f"{data['script_cpu_s']:.2f}", f"{data['seconds']:.1f}", str(data["samples"])) == (cpu, seconds, samples)
    rows = [f"{row['share']:7.1%} {row['cpu_s']:8.2f} s  {row['name']}" for row in data["tasks"]]
    assert rows == part(profile, "CPU of the script thread by task")
    rows = [f"{row['share']:7.1%}  {row['place']}  {row['source']}" for row in data["lines"]]
    assert rows[:10] == part(profile, "By line of the locustfile")
    assert f"the locustfile's own {data['python_code']['suite']:.0%}, " in profile.stderr
    assert f"rlocust with its native half {data['python_code']['rlocust']:.0%}\n" in profile.stderr
    assert f"By machine code that ran: Python {data['machine_code']['Python']:.0%}" in profile.stderr
    assert f"Calls: {data['calls']['by_engine']} by the engine, " in profile.stderr
    [call] = data["calls"]["by_python"]
    said = f"{call['count']:8} {call['library']}: {call['reason']} at {call['place']}  {call['source']}"
    assert [said] == part(profile, "Calls: ")
    assert set(data["lag"]["wake"]) == {"count", "p50_us", "p99_us", "max_us"}


@pytest.mark.parametrize("name", ["/nowhere/at/all.json", "lf.py"])
def test_figures_that_cannot_be_written_are_no_good_end(tmp_path: Path, name: str) -> None:
    (tmp_path / "lf.py").write_text(ENDS)
    ended = run(RLOCUST, "profile", "-f", "lf.py", "-t", "10m", "--profile-json", name, cwd=tmp_path)
    assert ended.exit_code != 0 and f"`{name}`" in ended.stderr, ended.stderr
    assert (tmp_path / "lf.py").read_text() == ENDS


def test_only_a_profile_has_figures_of_one(tmp_path: Path) -> None:
    (tmp_path / "lf.py").write_text(ENDS)
    ended = run(RLOCUST, "-f", "lf.py", "--headless", "--profile-json", "p.json", cwd=tmp_path)
    assert ended.exit_code == 2
    assert ended.stderr.splitlines()[-2].endswith("error: `--profile-json` is an option of `rlocust profile`")


def test_a_run_that_was_given_no_end_has_one(tmp_path: Path) -> None:
    (tmp_path / "lf.py").write_text(ENDS)
    ended = run(RLOCUST, "profile", "-f", "lf.py", cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    assert ended.has_logged("No --run-time is given: profiling for 30 seconds")
    assert ended.has_logged("Run time limit set to 30 seconds")
    assert "So few samples say little" in ended.stderr


def test_the_help_says_what_follows() -> None:
    ended = run(RLOCUST, "profile", "--help")
    assert ended.exit_code == 0 and "rlocust profile -f FILE [options]" in ended.stdout
    assert "--profile-json <filename>" in ended.stdout
