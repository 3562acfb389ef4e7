"""Python programs in interpreters of their own: importing `locust` patches the standard library, which the process
of the tests must not suffer. Comparisons run one program under both tools."""

import os
import subprocess
import sys
import textwrap

import pytest

from tests.kit.tools import LOCUST_PYTHON, ROOT

PROGRAMS = ROOT / "tests" / "compat" / "programs"


def run_program(source: str) -> str:
    """Runs a program that finds `locust` to be rlocust's; its output. A failed assertion there fails the test."""
    program = "import rlocust\nrlocust.install()\n" + textwrap.dedent(source)
    return _run([sys.executable, "-c", program])


def compare_cases(program: str, cases: int) -> None:
    """Runs `program` for so many seeds under real Locust and under rlocust; each must print the same line."""
    if not LOCUST_PYTHON.exists():
        pytest.skip("no real Locust here: set LOCUST_PYTHON or run `make setup`")
    path = str(PROGRAMS / program)
    theirs = _run([str(LOCUST_PYTHON), path, str(cases)], PYTHONPATH="").splitlines()
    ours = _run([sys.executable, path, str(cases), "--ours"]).splitlines()
    assert len(ours) == len(theirs) == cases
    for seed, (their, our) in enumerate(zip(theirs, ours, strict=True)):
        if our != their:
            pytest.fail(f"case {seed} of {program}:\n{_where_they_part(their, our)}", pytrace=False)


def _where_they_part(their: str, our: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(their, our, strict=False)) if a != b), min(len(their), len(our)))
    around = slice(max(at - 200, 0), at + 200)
    return f"- real Locust {their[around]}\n+ rlocust     {our[around]}"


def _run(command: list[str], **environment: str) -> str:
    variables = {**os.environ, "PYTHONHASHSEED": "0", **environment}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout
