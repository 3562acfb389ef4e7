"""What somebody types first: `demo`, `run`, a locustfile without `-f`, `--help`; docs/contract/differences.md."""

import re
import shlex
from pathlib import Path

import pytest

from tests.kit.runs import Goal, run_until
from tests.kit.tools import LOCUST, RLOCUST, Run, Tool, run, started
from tests.kit.waiting import until

QUIET = """
from locust import User, task

class Quiet(User):
    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="X", name="/", response_time=0.31, response_length=0, exception=None, context={})
        self.environment.runner.quit()
"""
OPTION = """
from locust import events

@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--shop", default="main", help="Which shop is visited")
"""
HEADLESS = ("--headless", "-u", "1")


def test_the_demo_says_what_to_try_next_and_that_works() -> None:
    with started(RLOCUST, "demo", "--port", "0") as demo:
        until("both lines", lambda: demo.stdout.count("\n") == 2)
        command = demo.stdout.splitlines()[1].partition(": rlocust ")[2]
        assert "-t 10s" in command
        done = run_until(RLOCUST, Goal(names={"/text": 1}), *shlex.split(command.replace("-t 10s", "-t 10m")))
    assert done.exit_code == 0 and "GET      /text" in done.stderr, done.stderr


def test_a_second_demo_takes_a_free_port() -> None:
    with started(RLOCUST, "demo") as first, started(RLOCUST, "demo") as second:
        addresses = []
        for demo in (first, second):
            until("its address", lambda demo=demo: "\n" in demo.stdout)
            addresses.append(re.search(r"http://[\d.]+:(\d+)", demo.stdout)[1])  # type: ignore[index]
        assert len(set(addresses)) == 2
        taken = run(RLOCUST, "demo", "--port", addresses[0])
    assert taken.exit_code == 1 and "in use" in taken.stderr, "a port that was asked for is not exchanged"


def test_run_takes_a_locustfile_and_a_program(tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(QUIET)
    done = run(RLOCUST, "run", "users.py", *HEADLESS, cwd=tmp_path)
    assert done.exit_code == 0 and done.has_logged("Starting Locust 2.47.0 (rlocust "), done.stderr
    (tmp_path / "program.py").write_text(f"{QUIET}\nimport sys\nif __name__ == '__main__':\n    print(sys.argv)\n")
    done = run(RLOCUST, "run", "program.py", *HEADLESS, cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (0, f"{['program.py', *HEADLESS]}\n")


def test_run_does_not_end_well_where_a_file_imports_users_and_nothing_runs_them(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(QUIET)
    (tmp_path / "users.py").write_text('"""All of them."""\nfrom shop import Quiet\n')
    done = run(RLOCUST, "run", "users.py", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "") and "hint: rlocust -f users.py" in done.stderr
    (tmp_path / "users.py").write_text("from shop import Quiet\nprint(Quiet.__name__)\n")
    done = run(RLOCUST, "run", "users.py", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (0, "Quiet\n"), done.stderr


@pytest.mark.parametrize(
    ("with_default", "complaint"), [(False, "Could not find 'locustfile.py'"), (True, "Unknown User")]
)
def test_a_locustfile_without_its_option_gets_a_hint(
    tool: Tool, tmp_path: Path, with_default: bool, complaint: str
) -> None:
    (tmp_path / "mine.py").write_text(QUIET)
    if with_default:
        (tmp_path / "locustfile.py").write_text(QUIET)
    done = run(tool, "mine.py", *HEADLESS, cwd=tmp_path)
    assert done.exit_code == 1 and complaint in done.stderr, done.stderr
    assert ("hint: did you mean `-f mine.py`?" in done.stderr) == (tool is RLOCUST)


def test_the_help_shows_options_of_the_locustfile_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "locustfile.py").write_text(QUIET + OPTION)
    (tmp_path / "broken.py").write_text("import nowhere\n")
    for words in (["-f", "locustfile.py"], ["--locustfile=locustfile.py"]):
        done = run(RLOCUST, *words, "--help", cwd=tmp_path)
        assert done.exit_code == 0 and "Which shop is visited" in done.stdout, done.stderr
    assert "--shop" not in run(RLOCUST, "--help", cwd=tmp_path).stdout, "nobody named it"
    done = run(RLOCUST, "-f", "broken.py", "--help", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (0, run(RLOCUST, "--help", cwd=tmp_path).stdout)
    assert "Options that `broken.py` may add are not shown" in done.stderr
    done = run(RLOCUST, "-f", "gone.py", "--help", cwd=tmp_path)
    assert done.exit_code == 0 and "--locustfile" in done.stdout and "Could not find 'gone.py'" in done.stderr


def test_small_times_are_shown_below_the_tables(tmp_path: Path) -> None:
    """Locust's own tables cut times to whole milliseconds, and so do ours of that name."""
    (tmp_path / "mine.py").write_text(QUIET)
    done = run(RLOCUST, "-f", "mine.py", *HEADLESS, "--only-summary", "--markdown", "m.md", cwd=tmp_path)
    assert done.has_logged("Response times in ms, exact (p50/p95/p99/max): 0.31/0.31/0.31/0.31"), done.stderr
    assert "| X / | 1 | 0 (0.00%) | 0.31 ms | 0.31 ms | 0.31 ms | 0.31 ms |" in (tmp_path / "m.md").read_text()


@pytest.mark.oracle
def test_locust_starts_with_the_line_that_ours_begins_with(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(QUIET)
    started_with = [
        next(
            line
            for line in run(tool, "-f", "mine.py", *HEADLESS, cwd=tmp_path).stderr.splitlines()
            if "Starting" in line
        )
        for tool in (LOCUST, RLOCUST)
    ]
    theirs, ours = (line.partition("locust.main: ")[2] for line in started_with)
    assert ours.startswith(f"{theirs} (rlocust ")


LATE = """
import time
from locust import User, constant, task

class Late(User):
    wait_time = constant(0.01)
    turns = 0

    @task
    def compute(self):
        until = time.perf_counter() + 0.005
        while time.perf_counter() < until:
            pass
        Late.turns += 1
        if Late.turns == 300:
            self.environment.runner.quit()
"""


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Ten users who ask for more than one thread can do."""
    folder = tmp_path_factory.mktemp("late")
    (folder / "late.py").write_text(LATE)
    return run(RLOCUST, "-f", "late.py", "--headless", "-u", "10", "-r", "10", cwd=folder)


def test_users_that_are_late_are_warned_of(late: Run) -> None:
    """docs/verdicts.md: held against the cycle of users."""
    warning = r"WARNING/locust\.main: Scheduling lag: .* while the cycle of a user takes .*\nhint: ."
    assert re.search(warning, late.stderr), late.stderr


@pytest.mark.clock
def test_the_cause_of_users_that_are_late_is_named(late: Run) -> None:
    hint = re.search(r"Scheduling lag: .*\nhint: (.*)", late.stderr)
    causes = r"the script thread is busy|of \d+ cores .* run the generator where it has a core to itself"
    assert hint and re.match(causes, hint[1]), late.stderr


def test_fewer_users_are_not_asked_for_where_the_script_thread_is_idle(tmp_path: Path) -> None:
    idle = LATE.replace("constant(0.01)", "constant(1)").replace("0.005", "0.001").replace("300", "160")
    (tmp_path / "idle.py").write_text(idle)
    done = run(RLOCUST, "-f", "idle.py", "--headless", "-u", "50", "-r", "50", cwd=tmp_path)
    assert done.exit_code == 0 and "fewer users" not in done.stderr, done.stderr
