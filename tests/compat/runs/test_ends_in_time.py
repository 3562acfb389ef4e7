"""From a signal to the end of the process at most stop timeout + 5 s pass, whatever the script does. Locust goes on
with its ramp, and waits for a loop for ever.

How long it takes is measured by the `clock` tests. In the others the limits that must not strike are too long for any
machine, and those that must strike are short, or begin when the script is stuck.
"""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.kit.endings import HEADLESS, IDLE
from tests.kit.processes import Process
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, Tool, run, started
from tests.kit.waiting import until

#: Seconds: the five that are promised, when the native last resort ends the process, and what a busy machine may add.
IN_TIME = 7
#: Users that may have begun without the test having read so when it signals: half a second of fifty milliseconds each.
#: After the signal nobody begins.
A_FEW = 10


#: Limits of the end, in the seconds since the signal (`locust._run.budget`), set wherever they are known.
LIMITS = """
import sys

def limits(**seconds):
    for name, module in list(sys.modules.items()):
        for limit in seconds.keys() & vars(module).keys() if name.startswith("locust.") else ():
            setattr(module, limit, seconds[limit])

limits(FOR_LISTENERS=30.0, FOR_STUBBORN_ONES=35.0, FOR_THE_SCRIPT=40.0, FOR_NATIVE_CODE=50.0)
"""


def terminate(
    folder: Path,
    text: str,
    *options: str,
    said: str = "working",
    number: signal.Signals = signal.SIGTERM,
    is_ready: Callable[[], object] = lambda: True,
) -> Run:
    """Signals the run once it has said something and is ready, and waits for its end."""
    return terminate_and_measure(folder, text, *options, said=said, number=number, is_ready=is_ready)[0]


def terminate_and_measure(
    folder: Path,
    text: str,
    *options: str,
    said: str = "working",
    number: signal.Signals = signal.SIGTERM,
    is_ready: Callable[[], object] = lambda: True,
) -> tuple[Run, float]:
    (folder / "file.py").write_text(text)
    with started(RLOCUST, *HEADLESS, *options, cwd=folder) as process:
        process.wait_for(said)
        until("it is ready", is_ready)
        signalled = time.monotonic()
        process.signal(number)
        code = process.wait()
        return Run(code, process.stdout, process.stderr), time.monotonic() - signalled


def assert_in_time(seconds: float) -> None:
    assert seconds <= IN_TIME, f"from the signal to the end: {seconds:.1f} s of {IN_TIME} s"


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
    (tmp_path / "file.py").write_text(LIMITS + CROWD + (SHAPE.format(rate=rate) if kind == "shape" else ""))
    load = () if kind == "shape" else ("-u", "600", "-r", str(rate))
    with started(RLOCUST, *HEADLESS, *load, cwd=tmp_path) as process:
        process.wait_for("working\nworking\n")
        process.signal(signal.SIGSTOP)  # nobody begins between the look and the signal, however busy the machine is
        until("it stands still", lambda: state_of(process) == "T")
        at_signal = process.stdout.count("working")
        process.signal(number)
        process.signal(signal.SIGCONT)
        code = process.wait()
    *_, left, end = process.stdout.splitlines()
    assert (code, left) == (0, "left 0")
    begun = int(end.split()[1])
    assert at_signal <= begun <= at_signal + A_FEW, "the ramp went on"


def state_of(process: Process) -> str:
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


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


@pytest.mark.clock
def test_one_sigterm_ends_loops_in_on_stop_and_in_listeners(tmp_path: Path) -> None:
    files = ("-u", "2", "-r", "2", "--junit", "out.xml")
    done, seconds = terminate_and_measure(tmp_path, LOOPS, *files, said="working\nworking\n")
    events = ["quitting", "test_stopping", "on_stop", "on_stop", "test_stop", "quit"]
    lines = [line for line in done.stdout.splitlines() if line != "working"]
    assert_in_time(seconds)
    assert (done.exit_code, lines) == (2, events), f"{seconds:.1f} s\n{done.stderr}"
    assert "<testsuites" in (tmp_path / "out.xml").read_text()
    said = "ShutdownTimeout: listener interrupted, the shutdown grace period is over"
    assert done.stderr.count(said) == 4
    assert done.stderr.count("WARNING/locust.main: Interrupted during shutdown") == 1, done.stderr
    assert "the time for `on_stop` is over: Computing.on_stop (2)" in done.stderr
    assert "Aggregated" in done.stderr, "the table is there"


SLOW_BUT_FINITE = """
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


@pytest.mark.clock
@pytest.mark.parametrize("upload", ["time.sleep(0.01)", "pass"], ids=["waits", "computes"])
def test_listeners_that_take_three_seconds_after_a_signal_finish(tmp_path: Path, upload: str) -> None:
    """As an upload of results does."""
    done, seconds = terminate_and_measure(tmp_path, IDLE + SLOW_BUT_FINITE.format(upload=upload))
    assert_in_time(seconds)
    finished = ["finished quitting", "finished test_stop", "finished quit"]
    assert (done.exit_code, done.stdout.splitlines()[-3:]) == (0, finished), f"{seconds:.1f} s\n{done.stderr}"


CLEANS_UP = """
@events.quitting.add_listener
def goes_on(**_):
    limits(FOR_LISTENERS=0.5, FOR_STUBBORN_ONES=12.0)
    try:
        while True:
            time.sleep(0.01)
    finally:
        time.sleep(0.25)
        print("cleaned up", flush=True)
"""


def test_what_a_broken_listener_cleans_up_is_not_broken_again(tmp_path: Path) -> None:
    done = terminate(tmp_path, LIMITS + IDLE + CLEANS_UP)
    # The user may work once more before it is stopped.
    assert (done.exit_code, done.stdout.splitlines().count("cleaned up")) == (2, 1), done.stderr


FILES = ("--junit", "out.xml", "--csv", "out", "--json-file", "out", "--summary-json", "run.json", "--store", "run")


def assert_saved(folder: Path) -> dict[str, Any]:
    """Every file is there to its end; the account of the samples in the summary."""
    assert "</testsuites>" in (folder / "out.xml").read_text()
    assert "Aggregated" in (folder / "out_stats.csv").read_text()
    assert isinstance(json.loads((folder / "out.json").read_text()), list)
    assert run(RLOCUST, "report", "run", cwd=folder).exit_code == 0
    samples: dict[str, Any] = json.loads((folder / "run.json").read_text())["accounting"]["samples"]
    return samples


STUBBORN = """
@events.quitting.add_listener
def never_ends(**_):
    limits(FOR_LISTENERS=0.5, FOR_STUBBORN_ONES=1.0)
    while True:
        try:
            while True:
                pass
        except Exception:
            pass
"""


def test_a_listener_that_swallows_exceptions_ends_with_the_files_saved(tmp_path: Path) -> None:
    done = terminate(tmp_path, LIMITS + IDLE + STUBBORN, *FILES)
    assert done.exit_code == 2, done.stderr
    assert_saved(tmp_path)


#: What has no end is broken after half a second in vain, and left after two: no limit strikes before it has begun.
SWALLOWS = """
import atexit
from locust._run import signals

def never_ends(*_, **__):
    signals.FOR_LISTENERS, signals.FOR_STUBBORN_ONES, signals.FOR_THE_SCRIPT = 0.5, 1.0, 2.0
    print("stuck\\n", end="", flush=True)
    while True:
        try:
            while True:
                {body}
        except BaseException:
            pass

class Asks(HttpUser):
    wait_time = constant(60)
    @task
    def wait(self):
        self.client.get("/delay/60000")
"""

#: What never ends, and what the exit code is then; that of files that are written already stays.
PLACES = {
    "task": ("Idle.work = never_ends; Idle.tasks = [never_ends]", 2),
    "on_stop": ("Idle.on_stop = never_ends", 2),
    "greenlet": ("import gevent; events.test_start.add_listener(lambda **_: gevent.spawn(never_ends))", 2),
    "test_stop": ("events.test_stop.add_listener(never_ends)", 2),
    "quitting": ("events.quitting.add_listener(never_ends)", 2),
    "quit": ("events.quit.add_listener(never_ends)", 0),
    "atexit": ("atexit.register(never_ends)", 0),
}
LEFT = "the locustfile has blocked the shutdown for 5 s after the signal, in `never_ends` (file.py:"


@pytest.mark.parametrize("place", PLACES)
def test_what_computes_and_swallows_everything_is_left(demo: Target, tmp_path: Path, place: str) -> None:
    how, code = PLACES[place]
    text = LIMITS + IDLE + SWALLOWS.format(body="pass") + how + "\n"
    is_stuck = place in ("task", "greenlet")  # from the beginning: the other user may never have asked
    options = ("-u", "2", "-r", "2", "-H", demo.url, "--exit-code-on-error", "0", *FILES)
    done = terminate(
        tmp_path,
        text,
        *options,
        said="stuck" if is_stuck else "working",
        is_ready=lambda: is_stuck or demo.received().under("/delay") == 1,
    )
    assert (done.exit_code, done.stderr.count(LEFT)) == (code, 1), done.stderr
    samples = assert_saved(tmp_path)
    assert samples["unreported"] == 0
    if not is_stuck:
        assert samples["cut"]["total"] == 1


def test_a_listener_that_waits_and_swallows_everything_is_left(tmp_path: Path) -> None:
    text = LIMITS + IDLE + SWALLOWS.format(body="time.sleep(0.05)") + PLACES["test_stop"][0]
    done = terminate(tmp_path, text, "Idle", *FILES)
    assert (done.exit_code, done.stderr.count(LEFT)) == (2, 1), done.stderr
    assert_saved(tmp_path)


IN_ORDER = """
for name in ("quitting", "test_stop", "quit"):
    getattr(events, name).add_listener(lambda name=name, **_: print(name, flush=True))
"""
LAST_EVENTS = ["quitting", "test_stop", "quit"]


def events_in(done: Run) -> list[str]:
    return [line for line in done.stdout.splitlines() if line not in ("working", "stuck")]


USER_THAT_NEVER_ENDS = """
limits(FOR_LISTENERS=0.5, FOR_STUBBORN_ONES=1.0)

def never_ends(user):
    print("stuck\\n", end="", flush=True)
    while True:
        try:
            while True:
                time.sleep(0.05)
        except BaseException:
            pass
"""


@pytest.mark.parametrize("place", ["task", "on_stop"])
def test_a_user_that_waits_and_swallows_everything_is_left_by_a_run_that_ends_in_order(
    tmp_path: Path, place: str
) -> None:
    text = LIMITS + IDLE + USER_THAT_NEVER_ENDS + PLACES[place][0] + IN_ORDER
    said = "stuck" if place == "task" else "working"
    done = terminate(tmp_path, text, "Idle", *FILES, said=said)
    assert (done.exit_code, events_in(done)) == (0, LAST_EVENTS), done.stderr
    assert "did not stop within the shutdown grace period: Idle (1)" in done.stderr
    assert_saved(tmp_path)


MANY = """
limits(FOR_LISTENERS=0.5, FOR_STUBBORN_ONES=1.0)

class Computing(User):
    wait_time = constant(1)
    def on_stop(self):
        while True:
            pass
    @task
    def work(self):
        print("working\\n", end="", flush=True)
"""


def test_many_users_whose_on_stop_computes_end_in_order(tmp_path: Path) -> None:
    """What each of them would get for itself sums up to a minute."""
    options = ("Computing", "-u", "300", "-r", "300")
    done = terminate(tmp_path, LIMITS + IDLE + MANY + IN_ORDER, *options, said="working\n" * 300)
    assert (done.exit_code, events_in(done)) == (0, LAST_EVENTS), done.stderr
    broken, missing = (
        int(re.search(rf"{word} during shutdown.*Computing.on_stop \((\d+)\)", done.stderr)[1])  # type: ignore[index]
        for word in ("Interrupted", "Not called")
    )
    assert broken + missing == 300
    assert "Aggregated" in done.stderr, "the table is there"


SPAWNS = """
import gevent
from locust._run import signals

def loop():
    signals.FOR_LISTENERS = 0.5
    print("stuck\\n", end="", flush=True)
    while True:
        pass

def spawn(*_, **__):
    for _ in range(2):
        gevent.spawn(loop)
"""


@pytest.mark.parametrize(
    "where",
    [
        "events.test_start.add_listener(spawn)",
        "Idle.tasks = [spawn]",
        "Idle.on_stop = spawn",
        "events.test_stop.add_listener(spawn); events.quit.add_listener(lambda **_: gevent.sleep(0.1))",
    ],
    ids=["test_start", "task", "on_stop", "test_stop"],
)
def test_greenlets_of_the_suite_that_compute_do_not_keep_the_run(tmp_path: Path, where: str) -> None:
    said = "stuck" if "start" in where or "task" in where else "working"
    done = terminate(tmp_path, LIMITS + IDLE + SPAWNS + where + IN_ORDER, *FILES, said=said)
    assert (done.exit_code, events_in(done)) == (0, LAST_EVENTS), done.stderr
    why = "Interrupted during shutdown, these greenlets of the locustfile kept the thread busy"
    assert f"{why}: loop (" in done.stderr
    assert_saved(tmp_path)


def test_a_second_signal_ends_a_listener_that_swallows_everything(tmp_path: Path) -> None:
    text = LIMITS + IDLE + SWALLOWS.format(body="pass") + PLACES["quitting"][0]
    (tmp_path / "file.py").write_text(text)
    with started(RLOCUST, *HEADLESS, "--stop-timeout", "60", "Idle", *FILES, cwd=tmp_path) as process:
        process.wait_for("working")
        process.signal(signal.SIGINT)
        process.wait_for("stuck")
        process.signal(signal.SIGINT)
        assert process.wait() == 1, process.said
        assert "1 s after the second signal, in `never_ends`" in process.stderr
    assert_saved(tmp_path)


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


@pytest.mark.clock
def test_a_task_that_is_due_when_the_time_is_up_does_not_start(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(STEADY)
    assert run(tool, *HEADLESS, "-t", "1s", cwd=tmp_path).stdout == "tasks 1\n"


FORKS = """
import os
from locust import User, constant, events, task

parent = os.getpid()

class Forks(User):
    wait_time = constant(0.1)
    rounds = 0
    @task
    def fork(self):
        self.rounds += 1
        if self.rounds == 1:
            os.fork()
        if self.rounds == 3:
            self.environment.runner.quit()

@events.quit.add_listener
def quit(exit_code, **_):
    if os.getpid() == parent:
        os.wait()
    print("parent" if os.getpid() == parent else "child", exit_code, flush=True)
"""


def test_a_forked_child_that_goes_on_as_a_user_ends_with_the_run(tmp_path: Path) -> None:
    """It has no files to finish: those are the parent's."""
    (tmp_path / "file.py").write_text(FORKS)
    done = run(RLOCUST, *HEADLESS, "--csv", "out", "--store", "run", cwd=tmp_path)
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
import json
import time
import urllib.request
from gevent import monkey
from locust import HttpUser, User, task

def asked(host):
    with urllib.request.urlopen(host + "/counters") as answer:
        return json.load(answer)["paths"].get("/delay/60000", 0)

class Waits(HttpUser):
    @task
    def wait(self):
        self.client.get("/delay/60000")

class AsksByRequests(HttpUser):
    @task
    def wait(self):
        self.client.get("/delay/60000", hooks={"response": print})

class AsksFromThread(HttpUser):
    @task
    def wait(self):
        monkey.get_original("_thread", "start_new_thread")(self.client.get, ("/delay/60000",))
        time.sleep(60)

class Stuck(User):
    @task
    def keep_the_interpreter(self):
        while asked(self.host) < 3:
            time.sleep(0.05)
        print("stuck\\n", end="", flush=True)
        sum(range(10**13))  # no signal handler runs before it is done
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_native_code_that_keeps_the_interpreter_does_not_keep_the_run(
    demo: Target, tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "file.py").write_text(NATIVE)
    with started(RLOCUST, *HEADLESS, "-u", "4", "-r", "4", "-H", demo.url, *FILES, cwd=tmp_path) as process:
        process.wait_for("stuck")
        until("the requests arrived", lambda: demo.received().under("/delay") == 3)
        process.signal(number)
        assert process.wait() == 2, process.said
        said = process.stderr
    assert "the locustfile has blocked the shutdown for 5 s after the signal" in said
    samples = assert_saved(tmp_path)
    assert (samples["cut"]["total"], samples["unreported"], samples["python_timed"]) == (3, 0, 1), samples


def threads(process: Process) -> dict[str, Path]:
    """What Linux knows of each, by its name."""
    folder = Path(f"/proc/{process.pid}/task")
    return {(path / "comm").read_text().strip(): path for path in folder.iterdir()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the threads of a process")
def test_signals_come_to_no_thread_but_those_of_python(tmp_path: Path) -> None:
    """Python notes what another thread is given, but a computation on its main thread does not look for it."""
    (tmp_path / "file.py").write_text(IDLE)
    with started(RLOCUST, *HEADLESS, cwd=tmp_path) as process:
        process.wait_for("working")
        # A thread takes its name when it first runs.
        until("our threads run", lambda: {"rlocust-io-0", "rlocust-service", "rlocust-end"} <= set(threads(process)))
        held_back = {name: held_back_by(path) for name, path in threads(process).items()}
        assert process.stop() == 0
    ours = {name: signals for name, signals in held_back.items() if name.startswith("rlocust-")}
    assert all({signal.SIGINT, signal.SIGTERM} <= signals for signals in ours.values()), ours


def held_back_by(thread: Path) -> set[int]:
    mask = int(re.search(r"^SigBlk:\s*(\w+)", (thread / "status").read_text(), re.MULTILINE)[1], 16)  # type: ignore[index]
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}


COMPUTES_NATIVELY = """
def keep_the_interpreter(user):
    print("stuck\\n", end="", flush=True)
    sum(range(10**13))

Idle.tasks = [keep_the_interpreter]
"""

#: By what stands in the way: the locustfile, its options, and what it says when it does.
IN_THE_WAY: dict[str, tuple[str, tuple[str, ...], str]] = {
    "a ramp": (CROWD, ("-u", "600", "-r", "600"), "working\nworking\n"),
    "on_stop of many": ("def limits(**_): pass\n" + IDLE + MANY, ("Computing", "-u", "300", "-r", "300"), "working"),
    "native code": (IDLE + COMPUTES_NATIVELY, (), "stuck"),
} | {
    place: (IDLE + SWALLOWS.format(body="pass").replace("signals.FOR", "_") + PLACES[place][0], ("Idle",), "working")
    for place in ("on_stop", "quitting", "atexit")
}


@pytest.mark.clock
@pytest.mark.parametrize("what", IN_THE_WAY)
def test_from_the_signal_to_the_end_five_seconds_pass_at_most(tmp_path: Path, what: str) -> None:
    text, options, said = IN_THE_WAY[what]
    _, seconds = terminate_and_measure(tmp_path, text, *options, *FILES, said=said)
    assert_in_time(seconds)
