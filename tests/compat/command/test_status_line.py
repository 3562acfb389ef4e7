"""The live line of a headless run on a terminal: below everything else, and gone when the run is over."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kit.surroundings import surroundings
from tests.kit.terminals import Terminal, terminal_of
from tests.kit.tools import RLOCUST

TALKATIVE = """
import os, sys
from locust import User, constant, task

class Talkative(User):
    wait_time = constant(0.01)
    said = 0
    @task
    def talk(self):
        Talkative.said += 1
        print("begun", end="", flush=True)
        print(f" and ended {self.said:06}", flush=True)
"""
#: Ends the process from a task once it is told to, in a way that Python's exit handlers hear of.
LEAVING = TALKATIVE + "        if os.path.exists('leave'): sys.exit(7)\n"
#: Keeps an orderly stop waiting.
BUSY = TALKATIVE + "        if self.said == 20:\n            import time; time.sleep(600)\n"
#: Ends the run by itself.
ENDING = TALKATIVE + "        if self.said == 20: self.environment.runner.quit()\n"
#: A line that the terminal would not show by itself moves its cursor.
ESCAPE = "\x1b"


@contextmanager
def in_terminal(folder: Path, *options: str, text: str = TALKATIVE, **own: str) -> Iterator[Terminal]:
    (folder / "users.py").write_text(text)
    words = [*RLOCUST.command, "-f", "users.py", "--headless", *options]
    with terminal_of(words, folder, {"TERM": "xterm", "NO_COLOR": ""} | own) as terminal:
        yield terminal


def test_the_line_stands_below_whatever_is_printed(tmp_path: Path) -> None:
    with in_terminal(tmp_path, "-t", "10m") as terminal:
        terminal.wait_for("1 user  ")
        terminal.wait_for("ended 000100")
        terminal.wait_for_screen("1 user")
        *above, last = terminal.screen
        assert not terminal.has_all_its_rows
        assert "/ 10:00 [" in last and "1 user" in last, terminal.screen
        assert not any("10:00 [" in row for row in above), terminal.screen
        *printed, newest = [row for row in above if row.startswith("beg")]
        assert len(printed) > 3
        assert all(re.fullmatch(r"begun and ended \d{6}", row) for row in printed), printed
        assert "begun and ended ".startswith(newest[:16]), newest  # a part of it may be on its way
        terminal.press("\x03")
        assert terminal.end() == 0
        assert terminal.has_all_its_rows
        assert not any("10:00 [" in row for row in terminal.screen), terminal.screen


@pytest.mark.parametrize(("text", "signals", "code"), [(TALKATIVE, 1, 0), (BUSY, 2, 1), (BUSY, 3, 1), (LEAVING, 0, 7)])
def test_the_terminal_is_given_back_however_the_run_ends(tmp_path: Path, text: str, signals: int, code: int) -> None:
    with in_terminal(tmp_path, "-s", "600", text=text) as terminal:
        terminal.wait_for(" failed (")
        terminal.wait_for("ended 000020")
        (tmp_path / "leave").touch()
        for number in [signal.SIGTERM, signal.SIGINT, signal.SIGINT][:signals]:
            os.kill(terminal.process.pid, number)
            if signals > 1 and number is signal.SIGTERM:
                terminal.wait_for("Shutting down")
        assert terminal.end() == code
        assert terminal.has_all_its_rows


@pytest.mark.parametrize(
    ("options", "own"), [(["--only-summary"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})], ids=str
)
def test_who_wants_plain_text_gets_it(tmp_path: Path, options: list[str], own: dict[str, str]) -> None:
    with in_terminal(tmp_path, *options, **own) as terminal:
        terminal.wait_for("ended 000020")
        terminal.press("\x03")
        assert terminal.end() == 0
        assert ESCAPE not in terminal.said


def test_a_pipe_gets_no_line(tmp_path: Path) -> None:
    shell = f"{' '.join(RLOCUST.command)} -f users.py --headless 2>&1 | cat; echo piped"
    (tmp_path / "users.py").write_text(ENDING)
    own = surroundings() | {"TERM": "xterm"}
    with terminal_of(["bash", "-c", shell], tmp_path, own) as terminal:
        terminal.wait_for("piped")
        assert "ended 000020" in terminal.said and ESCAPE not in terminal.said
