"""Files and command lines written for Locust 0.x: the error is Locust's, and a line says what to write today."""

import re
from pathlib import Path
from signal import SIGINT

import pytest

from tests.kit.tools import LOCUST, RLOCUST, Run, Tool, run, started
from tests.kit.waiting import until

#: Each case runs under rlocust; `make diff` has real Locust give the same errors.
PROGRAMS = [RLOCUST, pytest.param(LOCUST, marks=pytest.mark.oracle)]
RENAMED = "has been renamed to {} in version 1.0. For more info see: "
RENAMED += "https://docs.locust.io/en/latest/changelog.html#changelog-1-0"
#: The last line of the error, and how the hint begins.
IMPORTS = {
    "from locust import HttpLocust\nclass U(HttpLocust): pass": (
        f"ImportError: The HttpLocust class {RENAMED.format('HttpUser')}",
        "derive from `HttpUser` and",
    ),
    "from locust import Locust\nclass U(Locust): pass": (
        f"ImportError: The Locust class {RENAMED.format('User')}",
        "derive from `User` and",
    ),
    "from locust import TaskSequence": (
        "ImportError: cannot import name 'TaskSequence' from 'locust' (place)",
        "derive from `SequentialTaskSet`",
    ),
    "from locust import seq_task": (
        "ImportError: cannot import name 'seq_task' from 'locust' (place)",
        "derive from `SequentialTaskSet`, which",
    ),
    "import locust\nlocust.TaskSequence": (
        "AttributeError: module 'locust' has no attribute 'TaskSequence'",
        "derive from `SequentialTaskSet`",
    ),
    "from locust.core import TaskSet": (
        "ModuleNotFoundError: No module named 'locust.core'",
        "write `from locust import HttpUser, TaskSet, User, task`",
    ),
    "from locust.wait_time import between": (
        "ModuleNotFoundError: No module named 'locust.wait_time'",
        "write `from locust import between, constant",
    ),
    "from locust.events import request": (
        "ModuleNotFoundError: No module named 'locust.events'",
        "write `from locust import events`",
    ),
    "from locust.runners import SlaveLocustRunner": (
        "ImportError: cannot import name 'SlaveLocustRunner' from 'locust.runners' (place)",
        "write `from locust.runners import WorkerRunner`",
    ),
    "from locust import runners\nrunners.locust_runner": (
        "AttributeError: module 'locust.runners' has no attribute 'locust_runner'",
        "listeners of `events.init` are given the `runner`",
    ),
    "from locust import web\nweb.app.route('/')": (
        "AttributeError: module 'locust.web' has no attribute 'app'",
        "listeners of `events.init` are given the `web_ui`",
    ),
    "from locust.exception import InterruptLocust": (
        "ImportError: cannot import name 'InterruptLocust' from 'locust.exception' (place)",
        "write `from locust.exception import InterruptTaskSet`",
    ),
    "from locust import events\nevents.request_success.add_listener(print)": (
        "AttributeError: 'Events' object has no attribute 'request_success'",
        "write `@events.request.add_listener`",
    ),
    "from locust import events\nevents.request_failure += print": (
        "AttributeError: 'Events' object has no attribute 'request_failure'",
        "write `@events.request.add_listener`",
    ),
    "from locust import events\nevents.hatch_complete += print": (
        "AttributeError: 'Events' object has no attribute 'hatch_complete'",
        "write `events.spawning_complete`",
    ),
    "from locust import events\nevents.locust_start_hatching += print": (
        "AttributeError: 'Events' object has no attribute 'locust_start_hatching'",
        "write `events.test_start`",
    ),
    "from locust import events\nevents.locust_error += print": (
        "AttributeError: 'Events' object has no attribute 'locust_error'",
        "write `events.user_error`",
    ),
}
#: The lines of the error, and the hints.
OPTIONS = {
    "--no-web": (["unrecognized arguments: --no-web"], ["`--no-web` is `--headless` today"]),
    "-c 5": (["unrecognized arguments: -c"], ["`-c` is `-u` (`--users`) today"]),
    "--clients=5": (["unrecognized arguments: --clients=5"], ["`-c` is `-u` (`--users`) today"]),
    "--hatch-rate 5": (
        ["unrecognized arguments: --hatch-rate", "Did you mean '--spawn-rate'?"],
        ["`--hatch-rate` is `-r` (`--spawn-rate`) today"],
    ),
    "--slave": (
        ["argument --slave: The --slave parameter has been renamed --worker"],
        ["`--slave` is `--worker` today"],
    ),
    "--expect-slaves 2": (
        ["argument --expect-slaves: The --expect-slaves parameter has been renamed --expect-workers"],
        ["`--expect-slaves` is `--expect-workers` today"],
    ),
    "-c 5 -r 5 --no-web": (
        ["unrecognized arguments: -c --no-web"],
        ["`-c` is `-u` (`--users`) today", "`--no-web` is `--headless` today"],
    ),
}
FIRE = "write `events.request.fire(request_type=..., name=..., response_time=..., response_length=..., "
FIRE += "context={}, exception="
USER = "from locust import User\nclass U(User): pass\n"
LISTENER = "from locust import events\nevents.init_command_line_parser.add_listener(lambda parser: None)\n"
OLD_ATTRIBUTES = """
from locust import TaskSet, User, task

class Work(TaskSet):
    @task
    def nothing(self):
        pass

class U(User):
    task_set = Work
    min_wait = 500
    max_wait = 2000
"""


def hints(done: Run) -> list[str]:
    return [line.removeprefix("hint: ") for line in done.stderr.splitlines() if line.startswith("hint: ")]


def error(done: Run) -> list[str]:
    """Without the hint, and without the names of programs and of the places where they are installed."""
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("hint: ")]
    return [re.sub(r"\(/.*\)", "(place)", line.removeprefix("rlocust").removeprefix("locust")) for line in lines]


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
@pytest.mark.parametrize("text", IMPORTS)
def test_old_names_are_answered_with_the_new_ones(program: Tool, tmp_path: Path, text: str) -> None:
    (tmp_path / "old.py").write_text(text)
    done = run(program, "-f", "old.py", "--headless", cwd=tmp_path)
    complaint, advice = IMPORTS[text]
    assert (done.exit_code, error(done)[-1]) == (1, complaint), done.stderr
    if program is RLOCUST:
        (hint,) = hints(done)
        assert hint.startswith(advice), done.stderr
        assert done.stderr.splitlines()[-1] == f"hint: {hint}"


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
@pytest.mark.parametrize("listener", ["", LISTENER], ids=["native parser", "parser object"])
@pytest.mark.parametrize("options", OPTIONS)
def test_old_options_are_answered_with_the_new_ones(program: Tool, tmp_path: Path, options: str, listener: str) -> None:
    """By whichever parser has the say."""
    (tmp_path / "old.py").write_text(USER + listener)
    done = run(program, "-f", "old.py", *options.split(), cwd=tmp_path)
    complaint, advice = OPTIONS[options]
    assert [line.split("error: ")[-1] for line in error(done)] == complaint, done.stderr
    assert (done.exit_code, hints(done)) == (2, advice if program is RLOCUST else []), done.stderr


def test_errors_of_the_file_itself_get_no_hint(tmp_path: Path) -> None:
    texts = ["import nowhere", "from os import seq_task", "class Events: pass\nEvents().request_success", "1 / 0"]
    for text in texts:
        (tmp_path / "old.py").write_text(text)
        assert hints(run(RLOCUST, "-f", "old.py", cwd=tmp_path)) == []


@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_old_attributes_are_said_to_be_ignored(program: Tool, tmp_path: Path) -> None:
    """Locust warns of `task_set`, and ignores the waits without a word; the user has no task by them."""
    (tmp_path / "old.py").write_text(OLD_ATTRIBUTES)
    with started(program, "-f", "old.py", "--headless", cwd=tmp_path) as process:
        process.wait_for("No tasks defined on U")
        process.signal(SIGINT)
        done = Run(process.wait(), process.stdout, process.stderr)
    assert "DeprecationWarning: Usage of User.task_set is deprecated since version 1.0." in done.stderr
    assert done.exit_code == 1
    if program is RLOCUST:
        assert done.has_logged("/WARNING/locust.main: U.task_set is not looked at; hint: write `tasks = [Work]`")
        assert done.has_logged("U.min_wait and max_wait: not looked at; hint: write `wait_time = between(0.5, 2)`")


def test_old_waits_that_still_count_are_no_matter_of_warning(tmp_path: Path) -> None:
    """A user without `wait_time` waits by the old attributes, here and there."""
    text = OLD_ATTRIBUTES.replace("task_set = Work", "tasks = [Work]; wait_time = None")
    (tmp_path / "old.py").write_text(text.replace("pass", "self.user.environment.runner.quit()"))
    done = run(RLOCUST, "-f", "old.py", "--headless", cwd=tmp_path)
    assert done.exit_code == 0 and "not looked at" not in done.stderr, done.stderr


AT_WORK = """
from locust import TaskSet, User, constant, events, task

class Work(TaskSet):
    @task
    def old(self):
        {}

class U(User):
    wait_time = constant(0.1)
    tasks = [Work]
"""


@pytest.mark.parametrize(
    ("line", "complaint", "advice"),
    [
        ("self.locust.client", "'Work' object has no attribute 'locust'", "write `self.user`"),
        (
            "events.request_success.fire(request_type='GET', name='n', response_time=1, response_length=0)",
            "'Events' object has no attribute 'request_success'",
            f"{FIRE}None)`: one event for both",
        ),
        (
            "events.request_failure.fire(request_type='GET', name='n', response_time=1, exception=None)",
            "'Events' object has no attribute 'request_failure'",
            f"{FIRE}error)`: one event for both",
        ),
    ],
)
def test_old_names_at_work_are_answered_once(
    tool: Tool, tmp_path: Path, line: str, complaint: str, advice: str
) -> None:
    """Each use is the error it is under Locust; the hint comes once, however many users meet it."""
    (tmp_path / "old.py").write_text(AT_WORK.format(line))
    with started(tool, "-f", "old.py", "--headless", "-u", "3", "-r", "9", cwd=tmp_path) as process:
        until("several errors", lambda: process.stderr.count(f"/ERROR/locust.user.task: {complaint}") > 6)
        process.signal(SIGINT)
        assert process.wait() == 1, process.stderr
    hints = [each for each in process.stderr.splitlines() if "hint: " in each]
    if tool is RLOCUST:
        (hint,) = hints
        assert f"/WARNING/locust.user.task: hint: {advice}" in hint


def test_a_wait_function_is_said_to_be_ignored(tmp_path: Path) -> None:
    """docs/contract/python-api.md §3: `wait_function` is never called, by neither program."""
    ends_after_a_wait = "if hasattr(self, 'has_waited'): self.user.environment.runner.quit()"
    text = AT_WORK.format(f"{ends_after_a_wait}\n        self.has_waited = True")
    text = text.replace("tasks = [Work]", "tasks = [Work]; wait_function = lambda self: 1 / 0")
    (tmp_path / "old.py").write_text(text)
    done = run(RLOCUST, "-f", "old.py", "--headless", cwd=tmp_path)
    assert (done.exit_code, done.has_logged("U.wait_function: not looked at; hint: write `wait_time = ")) == (0, True)
