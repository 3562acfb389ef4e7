"""Control characters of servers and locustfiles: terminals show them and do not obey them, files have them as ever."""

from pathlib import Path

import pytest

from tests.kit.terminals import terminal_of
from tests.kit.tools import RLOCUST, run

RED, TITLE = "\x1b[31mred", "\x1b]0;title\x07"
FILE = """
import logging
from locust import User, constant, task

class Caller(User):
    wait_time = constant(0.05)
    calls = 0
    @task
    def call(self):
        self.environment.events.request.fire(
            request_type="GET", name="\\x1b[31mred", response_time=1, response_length=0,
            exception=None,
        )
        logging.error("\\x1b]0;title\\x07")
        Caller.calls += 1
        if Caller.calls == 3:
            self.environment.runner.quit()
"""
WORDS = ["-f", "file.py", "--headless", "-u", "1", "--csv", "out"]


@pytest.mark.parametrize("options", [[], ["--tui"]], ids=["lines", "tui"])
def test_a_terminal_shows_them(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(FILE)
    with terminal_of([*RLOCUST.command, *WORDS, *options], tmp_path, {"TERM": "xterm"}) as terminal:
        assert terminal.end() == 0, terminal.said
        said = terminal.said
    assert r"\x1b[31mred" in said and r"\x1b]0;title\x07" in said, said
    assert RED not in said and TITLE not in said
    assert RED in (tmp_path / "out_stats.csv").read_text()


def test_a_pipe_gets_them_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(FILE)
    said = run(RLOCUST, *WORDS, cwd=tmp_path).stderr
    assert RED in said and TITLE in said


def test_a_comparison_shows_them(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(FILE)
    run(RLOCUST, *WORDS, "--summary-json", "run.json", cwd=tmp_path)
    compare = ["compare", "run.json", "run.json"]
    with terminal_of([*RLOCUST.command, *compare], tmp_path, {"TERM": "xterm"}) as terminal:
        terminal.end()
        said = terminal.said
    assert r"\x1b[31mred" in said and RED not in said, said
    assert RED in run(RLOCUST, *compare, cwd=tmp_path).stdout
