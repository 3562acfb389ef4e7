"""The digest of a program, which its record carries: a record is of the program as it is now, or is made anew."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.kit.places import ROOT


def digest_of(*programs: Path) -> str:
    """Of programs and all that they import from the tests, through all levels."""
    digest = hashlib.sha256()
    for path in sorted(set().union(*map(sources, programs))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def sources(program: Path) -> frozenset[Path]:
    found: set[Path] = set()
    waiting = [program]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imported(path)
    return frozenset(found)


def imported(path: Path) -> Iterator[Path]:
    """Files that lie beside `path` or are modules of `tests`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            folder = ROOT if name.startswith("tests.") else path.parent
            file = folder / f"{name.replace('.', '/')}.py"
            if file.exists():
                yield file
