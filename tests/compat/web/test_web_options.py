"""What can be set from the page: the load, the user classes, and the options that the form shows."""

from pathlib import Path

import pytest

from tests.kit.page import page
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

OPTIONS = """
import logging
from locust import User, constant, events, task

@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--shown", default="as it was")
    parser.add_argument("--pause", type=float, default=0.5)
    parser.add_argument("--hidden", default="as it was", include_in_web_ui=False)

@events.test_start.add_listener
def say(environment, **_):
    chosen = environment.parsed_options
    logging.info("shown %s, hidden %s, html %s", chosen.shown, chosen.hidden, chosen.html_file)

class Idle(User):
    wait_time = constant(1)
    host = "http://nowhere"
    @task
    def work(self):
        pass
"""
REFUSED = {"html_file": "target.html", "json_file": "target", "exit_code_on_error": "0", "hidden": "changed"}


@pytest.mark.parametrize("name", REFUSED)
def test_other_options_are_refused_by_name(name: str, tmp_path: Path) -> None:
    """docs/contract/differences.md B: Locust sets them, so that a stranger overwrites files."""
    (tmp_path / "file.py").write_text(OPTIONS)
    value = REFUSED[name]
    with page(RLOCUST, tmp_path / "file.py", cwd=tmp_path) as ours:
        said = ours.swarm(user_count=1, spawn_rate=1, **{name: value})
        assert said["success"] is False
        assert said["message"].startswith(f"{name} cannot be set from the web interface")
        refused = ours.post_json("/api/v1/start", {"user_count": 1, "spawn_rate": 1, "options": {name: value}})
        assert refused.status == 400
        assert name in refused.json()["message"]
        assert ours.stats()["state"] == "ready"
        ours.swarm(user_count=1, spawn_rate=1, shown="changed")
        ours.process.wait_for("shown changed, hidden as it was, html None")
        until("a user", lambda: ours.stats()["user_count"] == 1)
    assert [path.name for path in tmp_path.iterdir() if path.name != "file.py"] in ([], ["__pycache__"])


def test_a_value_that_is_no_number_is_refused_by_name(tmp_path: Path) -> None:
    """Locust answers with 500 and the text of Python's exception."""
    (tmp_path / "file.py").write_text(OPTIONS)
    with page(RLOCUST, tmp_path / "file.py", cwd=tmp_path) as ours:
        said = ours.swarm(user_count=1, spawn_rate=1, pause="a while")
        assert said["success"] is False
        assert said["message"] == "Invalid pause value: 'a while' (must be a value like 0.5)"


def test_a_choice_without_a_known_class_is_refused(tmp_path: Path) -> None:
    """Under Locust an assertion fails in the greenlet that starts the users, and the exit code becomes 2."""
    (tmp_path / "file.py").write_text(OPTIONS)
    with page(RLOCUST, tmp_path / "file.py", "--class-picker", cwd=tmp_path) as ours:
        said = ours.swarm(user_count=1, spawn_rate=1, user_classes="Nobody")
        assert (said["success"], said["message"]) == (False, "no user class of this name: Nobody (there are Idle)")
        assert ours.swarm(user_count=1, spawn_rate=1, user_classes="Idle")["user_classes"] == ["Idle"]
        until("a user", lambda: ours.stats()["user_count"] == 1)
    assert "Traceback" not in ours.process.stderr


TWO_CLASSES = """
from locust import User, constant, task

class First(User):
    wait_time = constant(1)
    @task
    def wait(self):
        pass

class Second(First):
    pass
"""


def test_a_class_that_is_taken_away_from_a_running_test_breaks_nothing(tmp_path: Path) -> None:
    """Locust ends such an edit with a KeyError in a greenlet."""
    (tmp_path / "file.py").write_text(TWO_CLASSES)
    with page(RLOCUST, tmp_path / "file.py", "--class-picker", cwd=tmp_path) as ours:
        ours.swarm(user_count=2, spawn_rate=10, user_classes=["First", "Second"])
        ours.wait_for("running", 2)
        ours.swarm(user_count=4, spawn_rate=10, user_classes=["First"])
        ours.wait_for("running", 4)
        assert "Traceback" not in ours.process.said, ours.process.said
