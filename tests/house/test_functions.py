"""No function of ours in Python is longer than one can take in at a glance."""

from __future__ import annotations

import ast

from tests.house import prose

LONGEST = 80  # lines
FOLDERS = ("python/rlocust/", "tests/", "bench/")


def long_functions(text: str) -> list[tuple[str, int]]:
    """Name and first line of each."""
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [(node.name, node.lineno) for node in functions if (node.end_lineno or 0) - node.lineno >= LONGEST]


def test_no_function_is_long() -> None:
    files = [file for file in prose.files() if file.startswith(FOLDERS) and file.endswith(".py")]
    assert len(files) > 100
    functions = ((file, long_functions((prose.ROOT / file).read_text())) for file in sorted(files))
    long = [f"{file}:{line} {name}" for file, found in functions for name, line in found]
    assert not long, f"over {LONGEST} lines:\n" + "\n".join(long)


def test_a_long_function_is_seen() -> None:
    def function(lines: int) -> str:
        return "class A:\n    async def f(self):\n" + "        pass\n" * (lines - 1)

    assert long_functions(function(LONGEST)) == []
    assert long_functions(function(LONGEST + 1)) == [("f", 2)]
