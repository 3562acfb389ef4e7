"""`--tui`: the run on the whole terminal while it lasts; then the terminal as it was, with what was printed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kit.ports import free_port
from tests.kit.surroundings import surroundings
from tests.kit.terminals import Terminal, terminal_of
from tests.kit.tools import RLOCUST

USERS = """
import os, sys
from locust import User, constant, task

class Quiet(User):
    wait_time = constant(0.05)
    @task
    def talk(self):
        self.environment.events.request.fire(
            request_type="GET", name="/endpoint", response_time=1.25, response_length=0, exception=None
        )
        if os.path.exists("leave"):
            sys.exit(7)
"""
SHAPE = """
from locust import LoadTestShape
class Shape(LoadTestShape):
    def tick(self):
        return (2, 10)
"""
#: Keeps an orderly stop waiting once it is told to.
BUSY = USERS.replace("sys.exit(7)", "print('busy', flush=True); import time; time.sleep(600)")
#: Other screen; back.
ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"


@contextmanager
def full_screen(
    folder: Path, *options: str, text: str = USERS, size: tuple[int, int] | None = None, **own: str
) -> Iterator[Terminal]:
    (folder / "users.py").write_text(text)
    words = [*RLOCUST.command, "-f", "users.py", "--tui", *options]
    with terminal_of(words, folder, {"TERM": "xterm", "NO_COLOR": ""} | own, size) as terminal:
        yield terminal


@pytest.mark.parametrize("size", [(65_535, 65_535), (10_000, 10_000), (1, 1), (0, 0)])
def test_a_terminal_may_claim_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    """65 535 by 65 535 aborted the process, 10 000 by 10 000 kept it busy for ever."""
    with full_screen(tmp_path, "--headless", "-u", "1", "-t", "10m", size=size) as terminal:
        terminal.wait_for("/endpoint" if size[0] > 1000 else ENTER)
        terminal.press("q")
        assert terminal.end() == 0


def test_the_view_shows_the_run_and_its_keys_work(tmp_path: Path) -> None:
    with full_screen(tmp_path, "--headless", "-u", "1", "-t", "10m") as terminal:
        terminal.wait_for("/endpoint")
        terminal.wait_for_screen("q end the run")  # the last row: a read may end in the middle of a picture
        shown = "\n".join(terminal.screen)
        assert "/ 10:00" in shown and "Endpoints" in shown, shown
        terminal.wait_for_screen("users      1 of 1")
        terminal.press("wW")
        terminal.wait_for_screen("users      12 of 12")
        terminal.press("S")
        terminal.wait_for_screen("users      2 of 2")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_line_by_line
        before, _, after = terminal.said.rpartition(LEAVE)
        assert before.count(ENTER) == 1 and "Ramping" not in before.split(ENTER)[0]
        assert "Ramping to 12 users" in after and "Key q pressed" in after, after
        assert "# reqs" in after and "Response times in ms, exact" in after, after


MANY = """
import itertools
from locust import User, constant, task

class Quiet(User):
    wait_time = constant(0.01)
    turns = itertools.count()

    @task
    def talk(self):
        turn = next(self.turns) % 40
        self.environment.events.request.fire(
            request_type="GET", name=f"/name-{turn:02}", response_time=1, response_length=0,
            exception=ValueError(f"fault {turn:02}") if turn < 9 else None,
        )
"""


def test_arrows_pages_and_ends_scroll_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Terminal, "rows", 44)  # in 24 rows fewer endpoints fit than are scrolled here
    with full_screen(tmp_path, "--headless", "-u", "1", "-t", "10m", text=MANY) as terminal:
        terminal.wait_for_screen("with fewer requests")
        terminal.wait_for_screen("PgUp PgDn Home End")
        for keys, title in [
            ("\x1b[F", " to 40 of 40"),
            ("\x1b[H", "with fewer requests"),
            ("\x1b[B\x1bOB", "Endpoints 3 to "),
            ("\x1b[A", "Endpoints 2 to "),
            ("\x1b[1~\x1b[6~\x1b[5~", "with fewer requests"),
            ("\t\x1b[4~", "Errors 5 to 9 of 9"),
        ]:
            terminal.press(keys)
            terminal.wait_for_screen(title)
        terminal.press("\x1bOS\x1bq")  # F4, whose last letter is none, and a lone escape
        assert terminal.end() == 1  # for the failures
        assert "Ramping to 0" not in terminal.said


def test_a_shape_keeps_its_users_and_q_ends_it(tmp_path: Path) -> None:
    with full_screen(tmp_path, "--headless", text=USERS + SHAPE) as terminal:
        terminal.wait_for_screen("users      2 of 2")
        terminal.press("Wq")
        assert terminal.end() == 0
        assert "12 users" not in terminal.said


def test_beside_the_web_interface_the_view_is_there_before_a_test(tmp_path: Path) -> None:
    with full_screen(tmp_path, "--web-port", "0") as terminal:
        terminal.wait_for_screen("rlocust  ready")
        terminal.press("wq")
        assert terminal.end() == 0
        assert "Ramping" not in terminal.said


@pytest.mark.parametrize(("text", "signals", "code"), [(USERS, 1, 0), (BUSY, 2, 1), (BUSY, 3, 1), (USERS, 0, 7)])
def test_the_terminal_is_given_back_however_the_run_ends(tmp_path: Path, text: str, signals: int, code: int) -> None:
    with full_screen(tmp_path, "--headless", "-s", "600", text=text, NO_COLOR="1") as terminal:
        terminal.wait_for("/endpoint")
        if signals != 1:
            (tmp_path / "leave").touch()
        if signals > 1:
            terminal.wait_for_screen("busy")
        for number in [signal.SIGTERM, signal.SIGINT, signal.SIGINT][:signals]:
            os.kill(terminal.process.pid, number)
            if signals > 1 and number is signal.SIGTERM:
                terminal.wait_for_screen("Shutting down")
        assert terminal.end() == code
        assert terminal.said.count(ENTER) == terminal.said.count(LEAVE) == 1
        assert terminal.is_line_by_line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "`--tui` needs a terminal"),
        (["--worker"], "`--tui` shows a run, and a worker is a part of one"),
        (["--processes", "2"], "`--tui` cannot be combined with `--processes`"),
    ],
)
def test_where_it_cannot_be_it_is_refused(tmp_path: Path, options: list[str], words: str) -> None:
    (tmp_path / "users.py").write_text(USERS)
    command = [*RLOCUST.command, "-f", "users.py", "--headless", "--tui", *options]
    done = subprocess.run(command, cwd=tmp_path, env=surroundings(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words in done.stderr, done.stderr


def test_without_headless_the_view_names_the_page_and_enter_starts_a_test(tmp_path: Path) -> None:
    """It waited for the page and showed `ready`, and nobody said where that is."""
    port = str(free_port())
    with full_screen(tmp_path, "-u", "3", "-r", "10", "--web-host", "127.0.0.1", "--web-port", port) as view:
        view.wait_for_screen(f"Enter starts 3 users; page http://127.0.0.1:{port}")
        view.press("\r")
        view.wait_for_screen("users      3 of 3")
        view.press("q")
        assert view.end() == 0
