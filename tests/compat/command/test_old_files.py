"""Files and command lines written for Locust 0.x: the error is Locust's, and a line says what to write today.

Each case runs under real Locust too, where it is at hand: the error is compared, the hint is ours alone.
"""

import re
from pathlib import Path

import pytest

from tests.kit.tools import LOCUST, LOCUST_PYTHON, RLOCUST, Run, Tool, run

IMPORTS = {
    "from locust import HttpLocust\nclass U(HttpLocust): pass": "derive from `HttpUser` and",
    "from locust import Locust\nclass U(Locust): pass": "derive from `User` and",
    "from locust import TaskSequence": "derive from `SequentialTaskSet`",
    "from locust import seq_task": "derive from `SequentialTaskSet`, which",
    "import locust\nlocust.TaskSequence": "derive from `SequentialTaskSet`",
    "from locust.core import TaskSet": "write `from locust import HttpUser, TaskSet, User, task`",
    "from locust.wait_time import between": "write `from locust import between, constant",
    "from locust.events import request": "write `from locust import events`",
    "from locust.runners import SlaveLocustRunner": "write `from locust.runners import WorkerRunner`",
    "from locust import runners\nrunners.locust_runner": "listeners of `events.init` are given the `runner`",
    "from locust import web\nweb.app.route('/')": "listeners of `events.init` are given the `web_ui`",
    "from locust.exception import InterruptLocust": "write `from locust.exception import InterruptTaskSet`",
    "from locust import events\nevents.request_success.add_listener(print)": "write `@events.request.add_listener`",
    "from locust import events\nevents.request_failure += print": "write `@events.request.add_listener`",
    "from locust import events\nevents.hatch_complete += print": "write `events.spawning_complete`",
    "from locust import events\nevents.locust_start_hatching += print": "write `events.test_start`",
    "from locust import events\nevents.locust_error += print": "write `events.user_error`",
}
OPTIONS = {
    "--no-web": ["`--no-web` is `--headless` today"],
    "-c 5": ["`-c` is `-u` (`--users`) today"],
    "--clients=5": ["`-c` is `-u` (`--users`) today"],
    "--hatch-rate 5": ["`--hatch-rate` is `-r` (`--spawn-rate`) today"],
    "--slave": ["`--slave` is `--worker` today"],
    "--expect-slaves 2": ["`--expect-slaves` is `--expect-workers` today"],
    "-c 5 -r 5 --no-web": ["`-c` is `-u` (`--users`) today", "`--no-web` is `--headless` today"],
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


@pytest.mark.parametrize("text", IMPORTS)
def test_old_names_are_answered_with_the_new_ones(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.py").write_text(text)
    done = run(RLOCUST, "-f", "old.py", "--headless", cwd=tmp_path)
    (hint,) = hints(done)
    assert done.exit_code == 1 and hint.startswith(IMPORTS[text]), done.stderr
    assert done.stderr.splitlines()[-1] == f"hint: {hint}"
    if LOCUST_PYTHON.exists():
        theirs = run(LOCUST, "-f", "old.py", "--headless", cwd=tmp_path)
        assert theirs.exit_code == 1 and error(done)[-1] == error(theirs)[-1]


@pytest.mark.parametrize("listener", ["", LISTENER], ids=["native parser", "parser object"])
@pytest.mark.parametrize("options", OPTIONS)
def test_old_options_are_answered_with_the_new_ones(tmp_path: Path, options: str, listener: str) -> None:
    """By whichever parser has the say."""
    (tmp_path / "old.py").write_text(USER + listener)
    done = run(RLOCUST, "-f", "old.py", *options.split(), cwd=tmp_path)
    assert (done.exit_code, hints(done)) == (2, OPTIONS[options]), done.stderr
    if LOCUST_PYTHON.exists():
        theirs = run(LOCUST, "-f", "old.py", *options.split(), cwd=tmp_path)
        assert theirs.exit_code == 2
        # Python's `-m` makes the program's name `__main__.py`.
        assert [line.split("error: ")[-1] for line in error(done)] == [
            line.split("error: ")[-1] for line in error(theirs)
        ]


def test_errors_of_the_file_itself_get_no_hint(tmp_path: Path) -> None:
    texts = ["import nowhere", "from os import seq_task", "class Events: pass\nEvents().request_success", "1 / 0"]
    for text in texts:
        (tmp_path / "old.py").write_text(text)
        assert hints(run(RLOCUST, "-f", "old.py", cwd=tmp_path)) == []


def test_old_attributes_are_said_to_be_ignored(tmp_path: Path) -> None:
    """Locust warns of `task_set`, and ignores the waits without a word."""
    (tmp_path / "old.py").write_text(OLD_ATTRIBUTES)
    done = run(RLOCUST, "-f", "old.py", "--headless", "-t", "1", cwd=tmp_path)
    deprecated = "DeprecationWarning: Usage of User.task_set is deprecated since version 1.0."
    assert deprecated in done.stderr
    assert done.has_logged("/WARNING/locust.main: U.task_set is not looked at; hint: write `tasks = [Work]`")
    assert done.has_logged("U.min_wait and max_wait: not looked at; hint: write `wait_time = between(0.5, 2)`")
    if LOCUST_PYTHON.exists():
        theirs = run(LOCUST, "-f", "old.py", "--headless", "-t", "1", cwd=tmp_path)
        assert deprecated in theirs.stderr
        assert done.exit_code == theirs.exit_code == 1


def test_old_waits_that_still_count_are_no_matter_of_warning(tmp_path: Path) -> None:
    """A user without `wait_time` waits by the old attributes, here and there."""
    (tmp_path / "old.py").write_text(OLD_ATTRIBUTES.replace("task_set = Work", "tasks = [Work]; wait_time = None"))
    done = run(RLOCUST, "-f", "old.py", "--headless", "-t", "1", cwd=tmp_path)
    assert "not looked at" not in done.stderr


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
    done = run(tool, "-f", "old.py", "--headless", "-u", "3", "-r", "9", "-t", "1", cwd=tmp_path)
    assert done.exit_code == 1
    assert done.stderr.count(f"/ERROR/locust.user.task: {complaint}") > 3, done.stderr
    hints = [each for each in done.stderr.splitlines() if "hint: " in each]
    if tool is RLOCUST:
        (hint,) = hints
        assert f"/WARNING/locust.user.task: hint: {advice}" in hint


def test_a_wait_function_is_said_to_be_ignored(tmp_path: Path) -> None:
    """docs/contract/python-api.md §3: `wait_function` is never called, by neither program."""
    text = AT_WORK.format("pass").replace("tasks = [Work]", "tasks = [Work]; wait_function = lambda self: 1 / 0")
    (tmp_path / "old.py").write_text(text)
    done = run(RLOCUST, "-f", "old.py", "--headless", "-t", "1", cwd=tmp_path)
    assert (done.exit_code, done.has_logged("U.wait_function: not looked at; hint: write `wait_time = ")) == (0, True)
