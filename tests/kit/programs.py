"""Python programs in interpreters of their own: importing `locust` patches the standard library, which the process
of the tests must not suffer.

They lie in `tests/compat/programs` and import what they share from there. `both` runs one under rlocust and
insists that it prints what it prints under real Locust; `ours` is for the places where rlocust differs on purpose;
`compare_cases` is for programs that run by seeds.
"""

import difflib
import json
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.kit import records
from tests.kit.places import PROGRAMS, ROOT
from tests.kit.processes import running
from tests.kit.tools import LOCUST, RLOCUST, Tool, program_command

LIMIT = 120.0  # seconds for one program; one that is slower hangs
LIMIT_OF_CASES = 240.0
NOT_INSTALLED = "no real Locust here: set LOCUST_PYTHON or run `make setup`"


def both(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust, which are those of real Locust (`tests.kit.records`)."""
    printed = ours(program, *arguments)
    theirs = records.recorded(program, arguments, lambda: _printed(LOCUST, program, *arguments))
    differences = difflib.unified_diff(theirs, printed, "Locust", "rlocust", lineterm="", n=1)
    assert theirs == printed, "\n" + "\n".join(differences)
    return printed


def ours(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust alone. A failed assertion there fails the test."""
    return _printed(RLOCUST, program, *arguments)


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
    """Runs `program` for so many seeds under rlocust; each must print the line that real Locust prints.

    The record of such a program holds digests: `RLOCUST_ORACLE=live` shows where two lines part.
    """
    steady = {"PYTHONHASHSEED": "0"}
    with running([sys.executable, str(PROGRAMS / program), str(cases), "--ours"], env=steady) as process:
        assert process.wait(LIMIT_OF_CASES) == 0, process.stderr
        ours = process.stdout.splitlines()

    def ask() -> list[str]:
        _must_be_installed()
        command = [*program_command(LOCUST, PROGRAMS / program), str(cases)]
        with running(command, env=steady | {"PYTHONPATH": ""}) as process:
            assert process.wait(LIMIT_OF_CASES) == 0, process.stderr
            lines.extend(process.stdout.splitlines())
            return lines

    lines: list[str] = []
    theirs = records.recorded(program, (str(cases),), ask, short=True)
    assert len(ours) == len(theirs) == cases
    for seed, (their, our) in enumerate(zip(theirs, records.shortened(ours), strict=True)):
        if our != their:
            where = _where_they_part(lines[seed], ours[seed]) if lines else f"{ours[seed]}\nhint: RLOCUST_ORACLE=live"
            pytest.fail(f"case {seed} of {program}:\n{where}", pytrace=False)


def _where_they_part(their: str, our: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(their, our, strict=False)) if a != b), min(len(their), len(our)))
    around = slice(max(at - 200, 0), at + 200)
    return f"- real Locust {their[around]}\n+ rlocust     {our[around]}"


def _printed(tool: Tool, program: str, *arguments: str) -> list[str]:
    if tool is LOCUST:
        _must_be_installed()
    # The root is on the path for what programs share; nothing there is called `locust`.
    with running(program_command(tool, PROGRAMS / program, *arguments), env={"PYTHONPATH": str(ROOT)}) as process:
        code = process.wait(LIMIT)
        print(process.stderr, file=sys.stderr)
        assert code == 0, process.said
        return process.stdout.splitlines()


def _must_be_installed() -> None:
    if not LOCUST.is_installed:
        pytest.skip(f"not compared with Locust: {NOT_INSTALLED}")
