"""The programs under test: `RLOCUST`, run by the interpreter that runs the tests, and `LOCUST`, the real one.

Real Locust lives in an environment of its own: the Python named by `LOCUST_PYTHON`, else `.venv-locust`.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.kit.places import ROOT
from tests.kit.processes import Process, running
from tests.kit.report import Report


@dataclass(frozen=True)
class Tool:
    name: str
    command: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def is_installed(self) -> bool:
        return Path(self.command[0]).exists()


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    exit_code: int
    stdout: str
    stderr: str

    @cached_property
    def report(self) -> Report:
        """The tables printed at the end."""
        return Report.of(self.stderr)

    def has_logged(self, text: str) -> bool:
        return any(text in line for line in self.stderr.splitlines())


LOCUST_PYTHON = Path(os.environ.get("LOCUST_PYTHON") or ROOT / ".venv-locust" / "bin" / "python")
RLOCUST = Tool("rlocust", (sys.executable, "-m", "rlocust"))
LOCUST = Tool("locust", (str(LOCUST_PYTHON.parent / "locust"),))
TOOLS = {tool.name: tool for tool in (RLOCUST, LOCUST)}


def program_command(tool: Tool, script: Path, *arguments: str) -> list[str]:
    """A Python program that imports `locust` and is no locustfile, as each tool runs it."""
    start = [str(LOCUST_PYTHON)] if tool is LOCUST else [*tool.command, "run"]
    return [*start, str(script), *arguments]


@contextmanager
def started(
    tool: Tool, *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """The tool while it runs, for tests that talk to it or send signals. `HOME` is an empty folder."""
    with tempfile.TemporaryDirectory() as home:
        words = [*tool.command, *map(str, arguments)]
        own = {"HOME": home} | ({"PYTHONPATH": ""} if tool is LOCUST else {})  # ours holds a module `locust`
        with running(words, cwd or Path(home), own | dict(env or {})) as process:
            yield process


def run(
    tool: Tool,
    *arguments: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    deadline: float = 120.0,
) -> Run:
    """Runs the tool to its end, in an empty folder unless another is given."""
    with started(tool, *arguments, cwd=cwd, env=env) as process:
        code = process.wait(deadline)
        return Run(code, process.stdout, process.stderr)
