"""The keys w, W, s and S on a terminal: docs/contract/cli.md §10. The terminal is a pty whose session the program
leads."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kit.surroundings import surroundings
from tests.kit.terminals import Terminal, terminal_of
from tests.kit.tools import LOCUST, RLOCUST, Tool

USERS = """
from locust import User, constant, events, task

class Quiet(User):
    wait_time = constant(0.1)
    @task
    def nothing(self):
        pass
"""
#: Keeps an orderly stop waiting, in a run that gives it the time.
BUSY = USERS.replace("pass", "print('busy', flush=True); import time; time.sleep(600)")
#: Ends the run by itself.
ENDING = USERS.replace("pass", "self.environment.runner.quit()")
#: Takes long to start its users, so that the tests can press keys while it does.
SLOW = ["-u", "1000", "-r", "1"]


@contextmanager
def in_terminal(tool: Tool, folder: Path, *options: str, text: str = USERS) -> Iterator[Terminal]:
    (folder / "users.py").write_text(text)
    own = {"PYTHONPATH": ""} if tool is LOCUST else {}
    words = [*tool.command, "-f", "users.py", "--headless", "--only-summary", *options]
    with terminal_of(words, folder, own) as terminal:
        yield terminal


def test_keys_change_the_number_of_users(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/cli.md §10: one or ten at once, at rate 100, never below zero; other keys do nothing."""
    with in_terminal(tool, tmp_path, "-u", "2", "-r", "100") as terminal:
        terminal.wait_for("(2 total users)")
        for key, users in [("w", 3), ("W", 13), ("qxw", 14), ("s", 13), ("S", 3), ("S", 0)]:
            terminal.said = ""
            terminal.press(key)
            terminal.wait_for(f"Ramping to {users} users at a rate of 100.00 per second")
            terminal.wait_for(f"({users} total users)")
        terminal.press("\x03")
        assert terminal.end() == 0
        assert terminal.is_line_by_line


def test_keys_pressed_at_once_are_obeyed_one_after_the_other(tmp_path: Path) -> None:
    """Locust forgets all but the first until the next key comes."""
    with in_terminal(RLOCUST, tmp_path, "-u", "1") as terminal:
        terminal.wait_for("(1 total users)")
        terminal.press("wwWs")
        terminal.wait_for("(12 total users)")
        assert all(f"({users} total users)" in terminal.said for users in (2, 3, 13))


def test_keys_do_nothing_while_a_shape_is_followed(tool: Tool, tmp_path: Path) -> None:
    shape = """
import os
from locust import LoadTestShape
class Shape(LoadTestShape):
    def tick(self):
        return None if os.path.exists("leave") else (1, 1)
"""
    with in_terminal(tool, tmp_path, text=USERS + shape) as terminal:
        terminal.wait_for("(1 total users)")
        terminal.press("W")
        terminal.wait_until_read()
        (tmp_path / "leave").touch()
        assert terminal.end() == 0
        assert "11 users" not in terminal.said


def test_keys_are_refused_while_users_start(tool: Tool, tmp_path: Path) -> None:
    with in_terminal(tool, tmp_path, *SLOW) as terminal:
        terminal.wait_for("Ramping to 1000 users")
        terminal.press("w")
        terminal.wait_for("/WARNING/root: Already spawning users, can't spawn more right now")
        terminal.press("S")
        terminal.wait_for("/WARNING/root: Spawning users, can't stop right now")


@pytest.mark.parametrize("way", ["in order", "at once"])
def test_the_terminal_gets_its_settings_back(tmp_path: Path, way: str) -> None:
    with in_terminal(RLOCUST, tmp_path, "-u", "1", "-s", "600", text=BUSY if way == "at once" else USERS) as terminal:
        terminal.wait_for("(1 total users)")
        if way == "at once":
            terminal.wait_for("busy")
        terminal.press("w")
        terminal.wait_for("(2 total users)")
        assert not terminal.is_line_by_line
        os.kill(terminal.process.pid, signal.SIGTERM)
        if way == "at once":
            terminal.wait_for("Shutting down")
            os.kill(terminal.process.pid, signal.SIGINT)
        assert terminal.end() == (1 if way == "at once" else 0)
        assert terminal.is_line_by_line


def test_in_the_background_the_terminal_is_left_alone(tmp_path: Path) -> None:
    """A background process that sets the terminal is stopped by the system; `rlocust ... &` has to run on."""
    shell = f"set -m; {' '.join(RLOCUST.command)} -f users.py --headless -u 1 & wait $!; echo ended with $?"
    with in_terminal(Tool("shell", ("bash", "-c", shell)), tmp_path, text=ENDING) as terminal:
        terminal.wait_for("ended with 0")
        assert terminal.is_line_by_line


def test_without_a_terminal_it_says_so_at_debug_level(tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text(ENDING)
    words = [*tool.command, "-f", "users.py", "--headless", "-L", "DEBUG"]
    own = {"PYTHONPATH": ""} if tool is LOCUST else {}
    done = subprocess.run(
        words, cwd=tmp_path, env=surroundings() | own, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert "/DEBUG/root: Terminal was not a tty. Keyboard input disabled" in done.stderr
