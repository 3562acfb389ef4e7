"""Tests wait for conditions, not for times; runs end by what they have done.

`waiting.toml` lists what is left, by file: each number may only go down.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.places import ROOT, TESTS

LISTED = tomllib.loads((TESTS / "house" / "waiting.toml").read_text())
SHORT_RUN = re.compile(r"""["' ](-t|--run-time)(["'],\s*["']| |=)[123]s?\b|\btime="[123]s?\"""")


#: What people write as their load, pauses and all.
TRIALS = TESTS / "trials" / "locustfiles"


def python_files() -> Iterator[Path]:
    files = (path for path in sorted(TESTS.rglob("*.py")) if "records" not in path.parts)
    return (path for path in files if TRIALS not in path.parents)


def sleeps_of(path: Path) -> int:
    """Calls of `sleep` by whatever module, in tests and in the programs that tests start."""

    def is_sleep(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        called = node.func
        return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) == "sleep"

    return sum(is_sleep(node) for node in ast.walk(ast.parse(path.read_text())))


def short_runs_of(path: Path) -> int:
    return len(SHORT_RUN.findall(path.read_text()))


@pytest.mark.parametrize(("kind", "count"), [("sleeps", sleeps_of), ("short_runs", short_runs_of)])
def test_no_file_waits_more_often_than_it_is_listed_with(kind: str, count) -> None:
    listed = LISTED[kind]
    found = {str(path.relative_to(ROOT)): count(path) for path in python_files()}
    found = {name: number for name, number in found.items() if number}
    more = {name: number for name, number in found.items() if number > listed.get(name, 0)}
    assert not more, "a sleep or a run by the clock: use tests.kit.waiting.until or tests.kit.runs.run_until"
    fewer = {name: found.get(name, 0) for name, number in listed.items() if found.get(name, 0) < number}
    assert not fewer, "lower these numbers in tests/house/waiting.toml"
