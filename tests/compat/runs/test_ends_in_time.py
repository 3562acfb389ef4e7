"""From a signal to the end of the process at most stop timeout + 5 s pass, whatever the script does. Locust goes on
with its ramp, and waits for a loop for ever.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Tool, run, started
from tests.kit.waiting import until

HEADLESS = ("-f", "file.py", "--headless", "--only-summary")
#: Seconds: the five that are promised, when the native last resort ends the process, and what a busy machine may add.
IN_TIME = 7
#: Users that may begin after the signal: the thread is left to them for one second, of fifty milliseconds a user, and
#: another half until the run is awake.
A_FEW = 30

CROWD = """
import time
from locust import LoadTestShape, User, constant, events, task

begun = 0

class Slow(User):
    wait_time = constant(1)
    def on_start(self):
        global begun
        begun += 1
        print("working\\n", end="", flush=True)  # in one piece, wherever it is broken
        end = time.perf_counter() + 0.05
        while time.perf_counter() < end:
            pass
    @task
    def nothing(self):
        pass

@events.test_stop.add_listener
def stopped(environment, **_):
    print("left", environment.runner.user_count, flush=True)

@events.quit.add_listener
def quit(exit_code, **_):
    print("begun", begun, "exit code", exit_code, flush=True)
"""

SHAPE = """
class Shape(LoadTestShape):
    def tick(self):
        return 600, {rate}
"""


@pytest.mark.parametrize("rate", [600, 100], ids=["at once", "ramp"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("kind", ["shape", "ramp"])
def test_a_signal_ends_the_ramp(tmp_path: Path, kind: str, number: signal.Signals, rate: int) -> None:
    """Six hundred users of 50 ms each would take half a minute."""
    (tmp_path / "file.py").write_text(CROWD + (SHAPE.format(rate=rate) if kind == "shape" else ""))
    load = () if kind == "shape" else ("-u", "600", "-r", str(rate))
    with started(RLOCUST, *HEADLESS, *load, cwd=tmp_path) as process:
        process.wait_for("working\nworking\n")
        at_signal = process.stdout.count("working")
        process.signal(number)
        code = process.wait(IN_TIME)
    *_, left, end = process.stdout.splitlines()
    assert (code, left) == (0, "left 0")
    begun = int(end.split()[1])
    assert at_signal <= begun <= at_signal + A_FEW, "the ramp went on"


LOOPS = """
import time
from locust import User, constant, events, task

def compute():
    while True:
        pass

def wait():
    while True:
        time.sleep(0.1)

def listen(name, loop):
    @getattr(events, name).add_listener
    def heard(**_):
        print(name, flush=True)
        loop()
listen("test_stopping", wait)
listen("test_stop", compute)
listen("quitting", compute)
listen("quit", wait)

class Computing(User):
    wait_time = constant(1)
    loop = staticmethod(compute)
    def on_stop(self):
        print("on_stop", flush=True)
        self.loop()
    @task
    def work(self):
        print("working", flush=True)

class Waiting(Computing):
    loop = staticmethod(wait)
"""


def test_one_sigterm_ends_loops_in_on_stop_and_in_listeners(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(LOOPS)
    with started(RLOCUST, *HEADLESS, "-u", "2", "-r", "2", "--junit", "out.xml", cwd=tmp_path) as process:
        process.wait_for("working\nworking\n")
        process.signal(signal.SIGTERM)
        code = process.wait(IN_TIME)
    events = ["quitting", "test_stopping", "on_stop", "on_stop", "test_stop", "quit"]
    lines = [line for line in process.stdout.splitlines() if line != "working"]
    assert (code, lines) == (2, events), process.stderr
    assert "<testsuites" in (tmp_path / "out.xml").read_text()
    said = "OutOfTime: a signal asked for the end, and the time for listeners is over"
    assert process.stderr.count(said) == 4
    assert process.stderr.count("WARNING/locust.main: Broken, because") == 1, process.stderr
    assert "the time for `on_stop` is over: Computing.on_stop (2)" in process.stderr
    assert "Aggregated" in process.stderr, "the table is there"


SLOW_BUT_FINITE = """
import time
from locust import User, constant, events, task

class Idle(User):
    wait_time = constant(1)
    @task
    def work(self):
        print("working", flush=True)

def listen(name, seconds):
    @getattr(events, name).add_listener
    def heard(**_):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            {upload}
        print("finished", name, flush=True)
listen("quitting", 0.2)
listen("test_stop", 2.6)
listen("quit", 0.2)
"""


@pytest.mark.parametrize("upload", ["time.sleep(0.01)", "pass"], ids=["waits", "computes"])
def test_listeners_that_take_three_seconds_after_a_signal_finish(tmp_path: Path, upload: str) -> None:
    """As an upload of results does."""
    (tmp_path / "file.py").write_text(SLOW_BUT_FINITE.format(upload=upload))
    with started(RLOCUST, *HEADLESS, cwd=tmp_path) as process:
        process.wait_for("working")
        process.signal(signal.SIGTERM)
        code = process.wait(IN_TIME)
    finished = ["finished quitting", "finished test_stop", "finished quit"]
    assert (code, process.stdout.splitlines()[-3:]) == (0, finished), process.stderr


CLEANS_UP = """
import time
from locust import User, constant, events, task

class Idle(User):
    wait_time = constant(1)
    @task
    def work(self):
        print("working", flush=True)

@events.quitting.add_listener
def goes_on(**_):
    try:
        while True:
            time.sleep(0.01)
    finally:
        time.sleep(0.25)
        print("cleaned up", flush=True)
"""


def test_what_a_broken_listener_cleans_up_is_not_broken_again(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(CLEANS_UP)
    with started(RLOCUST, *HEADLESS, cwd=tmp_path) as process:
        process.wait_for("working")
        process.signal(signal.SIGTERM)
        code = process.wait(IN_TIME)
    assert (code, process.stdout.splitlines()[-1]) == (2, "cleaned up"), process.stderr


STUBBORN = """
from locust import User, constant, events, task

class Idle(User):
    wait_time = constant(1)
    @task
    def work(self):
        print("working", flush=True)

@events.quitting.add_listener
def never_ends(**_):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass
"""


def test_a_listener_that_swallows_exceptions_ends_with_the_files_saved(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(STUBBORN)
    with started(RLOCUST, *HEADLESS, "--junit", "out.xml", "--csv", "out", cwd=tmp_path) as process:
        process.wait_for("working")
        process.signal(signal.SIGTERM)
        assert process.wait(IN_TIME) == 2, process.stderr
    assert "<testsuites" in (tmp_path / "out.xml").read_text()
    assert "Aggregated" in (tmp_path / "out_stats.csv").read_text()


STEADY = """
from locust import User, constant, events, task

count = 0

class Steady(User):
    wait_time = constant(1)
    @task
    def work(self):
        global count
        count += 1

@events.quit.add_listener
def quit(**_):
    print("tasks", count)
"""


def test_a_task_that_is_due_when_the_time_is_up_does_not_start(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(STEADY)
    assert run(tool, *HEADLESS, "-t", "1s", cwd=tmp_path).stdout == "tasks 1\n"


FORKS = """
import os
from locust import User, constant, events, task

parent = os.getpid()

class Forks(User):
    wait_time = constant(0.1)
    has_forked = False
    @task
    def fork(self):
        if not Forks.has_forked:
            Forks.has_forked = True
            os.fork()

@events.quit.add_listener
def quit(exit_code, **_):
    if os.getpid() == parent:
        os.wait()
    print("parent" if os.getpid() == parent else "child", exit_code, flush=True)
"""


def test_a_forked_child_that_goes_on_as_a_user_ends_with_the_run(tmp_path: Path) -> None:
    """It has no files to finish: those are the parent's."""
    (tmp_path / "file.py").write_text(FORKS)
    done = run(RLOCUST, *HEADLESS, "-t", "1s", "--csv", "out", "--store", "run", cwd=tmp_path, deadline=15)
    assert (done.exit_code, done.stdout) == (0, "child 0\nparent 0\n"), done.stderr


INIT_FAILS = """
from locust import User, events, task

class Idle(User):
    @task
    def nothing(self):
        pass

@events.init.add_listener
def fail(**_):
    raise ValueError("no")
"""


def test_a_failing_init_leaves_no_empty_reports(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(INIT_FAILS)
    files = ("--junit", "junit.xml", "--markdown", "run.md", "--store", "run.store", "--summary-json", "run.json")
    done = run(RLOCUST, *HEADLESS, *files, cwd=tmp_path)
    assert done.exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["file.py"]


NATIVE = """
import time
from locust import HttpUser, User, task

class Waits(HttpUser):
    @task
    def wait(self):
        self.client.get("/delay/60000")

class Stuck(User):
    @task
    def keep_the_interpreter(self):
        time.sleep(0.5)  # the other one asks
        print("stuck\\n", end="", flush=True)
        sum(range(10**13))  # no signal handler runs before it is done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_native_code_that_keeps_the_interpreter_does_not_keep_the_run(
    demo: Target, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "file.py").write_text(NATIVE)
    files = ("--junit", "junit.xml", "--summary-json", "run.json", "--csv", "out")
    with started(RLOCUST, *HEADLESS, "-u", "2", "-r", "2", "-H", demo.url, *files, cwd=tmp_path) as process:
        process.wait_for("stuck")
        until("the request arrived", lambda: demo.received().under("/delay"))
        process.signal(number)
        assert process.wait(IN_TIME) == 2, process.said
        said = process.stderr
    assert "the script has not let the run end 5 s after the signal" in said
    accounting = json.loads((tmp_path / "run.json").read_text())["accounting"]
    assert accounting["samples"]["cut"]["total"] == 1, accounting
    assert "</testsuites>" in (tmp_path / "junit.xml").read_text()
    assert (tmp_path / "out_stats.csv").read_text().count("\n") >= 2
