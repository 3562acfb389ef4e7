"""How a run ends where something stands in its way: tasks that compute, shapes, listeners that end it early, exit codes
that are no numbers. The orders of events are those of Locust 2.47.0, which runs the same files where it can.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.kit.endings import HEADLESS, IDLE, end_by
from tests.kit.tools import RLOCUST, Tool, run, started

EVENTS = """
import time
from locust import LoadTestShape, User, constant, events, task

def listen(name):
    @getattr(events, name).add_listener
    def heard(environment, **_):
        print(name, environment.runner.state, flush=True)
for name in ("test_start", "test_stopping", "test_stop", "quitting"):
    listen(name)

@events.quit.add_listener
def quit(exit_code, **_):
    print("quit", repr(exit_code), flush=True)
"""

BUSY = """
class Busy(User):
    def on_stop(self):
        print("on_stop", flush=True)
    @task
    def spin(self):
        print("working", flush=True)
        try:
            while True:
                pass
        except KeyboardInterrupt:
            print("broken", flush=True)
            raise
"""

#: Of a user class: nobody works before both have begun.
BEGIN_TOGETHER = """
    begun = []
    def on_start(self):
        self.begun.append(self)
        while len(self.begun) < 2:
            time.sleep(0.01)
"""

GIVES_WAY = """
@events.quitting.add_listener
def give_way(**_):
    time.sleep(0.1)
"""

#: What is printed after the first user has begun to work.
IN_ORDER = ["quitting running", "test_stopping running", "test_stop stopped", "quit 0"]


def events_in(stdout: str) -> list[str]:
    return [line for line in stdout.splitlines() if line.startswith(("test_", "quit", "broken", "on_stop"))]


def log_of_end(
    tool: Tool, folder: Path, text: str, number: signal.Signals, *options: str
) -> tuple[int, list[str], str]:
    """Of a run that one signal ends when the first user works: the exit code, the events, the log."""
    done = end_by(number, folder, EVENTS + text, *options, tool=tool)
    return done.exit_code, events_in(done.stdout), done.stderr


def test_one_sigint_ends_a_task_that_computes(tool: Tool, tmp_path: Path) -> None:
    code, lines, log = log_of_end(tool, tmp_path, BUSY, signal.SIGINT)
    assert (code, lines) == (0, ["test_start ready", "broken", *IN_ORDER])
    assert "Aggregated" in log, "the table is there"
    assert "Shutting down (exit code 0)" in log


def test_one_sigterm_ends_a_task_that_computes(tmp_path: Path) -> None:
    """Locust waits for such a task for ever."""
    code, lines, _ = log_of_end(RLOCUST, tmp_path, BUSY, signal.SIGTERM)
    assert (code, lines) == (0, ["test_start ready", "broken", *IN_ORDER])


def test_users_that_compute_one_after_the_other_do_not_keep_a_run_from_ending(tmp_path: Path) -> None:
    """Locust hangs as soon as the next one gets its turn. A user broken during the stop still has its `on_stop`."""
    turns = BEGIN_TOGETHER + GIVES_WAY
    code, lines, _ = log_of_end(
        RLOCUST, tmp_path, BUSY + turns, signal.SIGINT, "-u", "2", "-r", "2", "--json-file", "out"
    )
    assert (code, lines[-2:]) == (0, ["test_stop stopped", "quit 0"])
    assert (lines.count("broken"), lines.count("on_stop")) == (1, 1)
    assert (tmp_path / "out.json").exists()


def test_a_user_that_has_not_begun_when_a_signal_comes_never_begins(tmp_path: Path) -> None:
    """Under Locust it begins as soon as it gets its turn."""
    code, lines, _ = log_of_end(RLOCUST, tmp_path, BUSY + GIVES_WAY, signal.SIGINT, "-u", "2", "-r", "2")
    assert (code, lines) == (0, ["test_start ready", "broken", *IN_ORDER])


def test_a_second_signal_breaks_a_task_that_computes(tmp_path: Path) -> None:
    """The stop stays an orderly one: the first signal could not be obeyed yet."""
    (tmp_path / "file.py").write_text(EVENTS + BUSY)
    with started(RLOCUST, *HEADLESS, cwd=tmp_path) as process:
        process.wait_for("working")
        process.signal(signal.SIGINT)
        process.signal(signal.SIGINT)
        code = process.wait()
    assert (code, events_in(process.stdout)) == (0, ["test_start ready", "broken", *IN_ORDER])


SHAPE = """
class Shape(LoadTestShape):
    def tick(self):
        return 1, 1
"""


def test_sigint_ends_the_shape_before_quitting(tool: Tool, tmp_path: Path) -> None:
    code, lines, log = log_of_end(tool, tmp_path, IDLE + SHAPE, signal.SIGINT)
    in_order = ["test_start ready", "test_stopping running", "test_stop stopped", "quitting stopped", "quit 0"]
    assert (code, lines) == (0, in_order)
    interrupted = log.index("/INFO/root: Exiting due to CTRL+C interruption")
    assert interrupted < log.index("/INFO/locust.main: Shape test completed, shutting down")


def test_a_tick_that_gives_a_text_for_a_number_ends_the_shape(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(EVENTS + IDLE + SHAPE.replace("1, 1", '"2", 1'))
    done = run(tool, *HEADLESS, cwd=tmp_path)
    assert (done.exit_code, events_in(done.stdout)) == (
        2,
        ["test_stopping ready", "test_stop stopped", "quitting stopped", "quit 2"],
    )
    assert "TypeError" in done.stderr


QUIT_AT_ONCE = """
@events.init.add_listener
def end(environment, **_):
    environment.runner.quit()
"""


@pytest.mark.parametrize("options", [(), ("-t", "1")])
def test_a_listener_of_init_can_end_the_run_before_it_begins(
    tool: Tool, tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "file.py").write_text(EVENTS + IDLE + QUIT_AT_ONCE)
    done = run(tool, *HEADLESS, *options, cwd=tmp_path)
    assert (done.exit_code, events_in(done.stdout)) == (
        0,
        ["test_stopping ready", "test_stop stopped", "quitting stopped", "quit 0"],
    )
    assert "working" not in done.stdout


ENDS_ITSELF = """
Idle.tasks = [lambda user: user.environment.runner.quit()]
"""

CHOOSE = """
@events.quitting.add_listener
def choose(environment, **_):
    environment.process_exit_code = {value}
"""


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [('"7"', 1, "7\n"), ("1.7", 1, "1.7\n"), ("[1]", 1, "[1]\n"), ("300", 44, ""), ("10**30", 255, "")],
)
def test_an_exit_code_may_be_anything_that_sys_exit_takes(
    tool: Tool, tmp_path: Path, value: str, code: int, said: str
) -> None:
    (tmp_path / "file.py").write_text(EVENTS + IDLE + ENDS_ITSELF + CHOOSE.format(value=value))
    done = run(tool, *HEADLESS, "--csv", "out", cwd=tmp_path)
    assert done.exit_code == code
    assert events_in(done.stdout)[-1] == f"quit {eval(value)!r}"
    assert f"Shutting down (exit code {eval(value)})" in done.stderr
    assert "Aggregated" in done.stderr and done.stderr.endswith(said)


SETS_UP = """
import time
from locust import User, events

class Idle(User):
    pass

@events.init.add_listener
def set_up(**_):
    print("setting up", flush=True)
    time.sleep(600)
"""


def test_sigterm_while_a_run_is_set_up_leaves_no_empty_files(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(SETS_UP)
    files = ["--junit", "run.xml", "--markdown", "run.md", "--store", "run.store"]
    with started(RLOCUST, "-f", "file.py", "--headless", *files, cwd=tmp_path) as process:
        process.wait_for("setting up")
        process.signal(signal.SIGTERM)
        assert process.wait() == -signal.SIGTERM, process.said
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".py" and path.is_file()] == []
