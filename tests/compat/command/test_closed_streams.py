"""Standard streams that are closed are no reason to fail (docs/exit-codes.md)."""

import subprocess
from pathlib import Path

import pytest

from tests.kit.places import EXAMPLES
from tests.kit.surroundings import surroundings
from tests.kit.tools import RLOCUST, run

pytestmark = pytest.mark.faults

SCRIPT = """
from locust import User, task


class Prints(User):
    @task
    def end(self):
        print("printed", flush=True)
        self.environment.runner.quit()
"""


def through_shell(words: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`words` are the shell's, with `"$@"` for the program."""
    command = ["sh", "-c", words, "sh", *RLOCUST.command, *map(str, arguments)]
    return subprocess.run(command, env=surroundings(), capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "words", [["--version"], ["completions", "bash"], ["-f", EXAMPLES / "quickstart.py", "--list"]]
)
def test_nothing_fails_for_want_of_a_stream(words: list[str | Path], closed: str) -> None:
    ended = through_shell(f'"$@" {closed}', *words)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr


def test_a_run_without_stdout_keeps_its_exit_code(tmp_path: Path) -> None:
    (script := tmp_path / "lf.py").write_text(SCRIPT)
    store = tmp_path / "x.store"
    words = ["-f", script, "--headless", "--only-summary", "--json", "--store", store]
    ended = through_shell('"$@" >&-', *words)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr, ended.stderr
    assert run(RLOCUST, "report", store).exit_code == 0, "what was printed went into no file of the run"
