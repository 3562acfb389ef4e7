"""Python programs in interpreters of their own: importing `locust` patches the standard library, which the process
of the tests must not suffer.

They lie in `tests/compat/programs` and import what they share from there. `both` runs one under rlocust and under real
Locust, and insists that both make it print the same; `ours` is for the places where rlocust differs on purpose;
`compare_cases` is for programs that run by seeds.
"""

import difflib
import json
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kit.places import PROGRAMS, ROOT
from tests.kit.processes import Process, running
from tests.kit.tools import LOCUST, RLOCUST, Tool, program_command

LIMIT = 60.0  # seconds for one program
LIMIT_OF_CASES = 110.0
NOT_INSTALLED = "no real Locust here: set LOCUST_PYTHON or run `make setup`"


def both(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust, which are those printed under Locust. Skips where there is nothing to compare
    with, after the program ran under rlocust.
    """
    with _started(RLOCUST, PROGRAMS / program, *arguments) as under_test:
        if not LOCUST.is_installed:
            _lines_of(under_test)
            pytest.skip(f"not compared with Locust: {NOT_INSTALLED}")
        with _started(LOCUST, PROGRAMS / program, *arguments) as real:
            theirs, printed = _lines_of(real), _lines_of(under_test)
    differences = difflib.unified_diff(theirs, printed, "Locust", "rlocust", lineterm="", n=1)
    assert theirs == printed, "\n" + "\n".join(differences)
    return printed


def ours(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust alone. A failed assertion there fails the test."""
    with _started(RLOCUST, PROGRAMS / program, *arguments) as process:
        return _lines_of(process)


def printed_json(program: str, *arguments: str) -> Any:
    """What `ours` prints, read as JSON."""
    return json.loads("\n".join(ours(program, *arguments)))


def run_program(source: str) -> str:
    """Runs a few lines that find `locust` to be rlocust's; what they print. A failed assertion there fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text("import rlocust\nrlocust.install()\n" + textwrap.dedent(source))
        with running([sys.executable, str(program)], ROOT, {"PYTHONHASHSEED": "0"}) as process:
            assert process.wait(LIMIT_OF_CASES) == 0, process.stderr
            return process.stdout


def compare_cases(program: str, cases: int) -> None:
    """Runs `program` for so many seeds under real Locust and under rlocust; each must print the same line."""
    if not LOCUST.is_installed:
        pytest.skip(NOT_INSTALLED)
    path = str(PROGRAMS / program)
    steady = {"PYTHONHASHSEED": "0"}
    with running([*program_command(LOCUST, Path(path)), str(cases)], env=steady | {"PYTHONPATH": ""}) as process:
        assert process.wait(LIMIT_OF_CASES) == 0, process.stderr
        theirs = process.stdout.splitlines()
    with running([sys.executable, path, str(cases), "--ours"], env=steady) as process:
        assert process.wait(LIMIT_OF_CASES) == 0, process.stderr
        ours = process.stdout.splitlines()
    assert len(ours) == len(theirs) == cases
    for seed, (their, our) in enumerate(zip(theirs, ours, strict=True)):
        if our != their:
            pytest.fail(f"case {seed} of {program}:\n{_where_they_part(their, our)}", pytrace=False)


def _where_they_part(their: str, our: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(their, our, strict=False)) if a != b), min(len(their), len(our)))
    around = slice(max(at - 200, 0), at + 200)
    return f"- real Locust {their[around]}\n+ rlocust     {our[around]}"


@contextmanager
def _started(tool: Tool, script: Path, *arguments: str) -> Iterator[Process]:
    # The root is on the path for what programs share; nothing there is called `locust`.
    with running(program_command(tool, script, *arguments), env={"PYTHONPATH": str(ROOT)}) as process:
        yield process


def _lines_of(process: Process) -> list[str]:
    code = process.wait(LIMIT)
    print(process.stderr, file=sys.stderr)
    assert code == 0, process.said
    return process.stdout.splitlines()
