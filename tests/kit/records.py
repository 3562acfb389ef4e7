"""What real Locust 2.47.0 printed when it ran a program of `tests/compat/programs`, kept beside the tests.

`make test` compares with these records; `RLOCUST_ORACLE=live` (`make diff`, `make nightly`) asks real Locust instead,
`RLOCUST_ORACLE=record` (`make records`) writes them anew. A record carries the digest of its program and of all that
the program imports from the tests: where they differ, the comparison fails and names the command. A record holds for
the version of Python it was made with; under another version real Locust runs live.
"""

import ast
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.kit.places import PROGRAMS, ROOT, TESTS

RECORDS = TESTS / "differential" / "records" / "programs"
MODE = os.environ.get("RLOCUST_ORACLE", "replay")
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
RENEW = "make records"
LOCAL = re.compile(r"127\.0\.0\.1:(\d+)")


def is_live() -> bool:
    return MODE in ("live", "record")


def recorded(
    program: str, arguments: tuple[str, ...], ask: Callable[[], list[str]], *, short: bool = False
) -> list[str]:
    """The lines of real Locust for this program: from its record, or from `ask` where it runs live.

    With `short` a record holds a digest of each line instead of the line.
    """
    file = RECORDS / f"{name_of(program, arguments)}.json"
    if MODE == "live" or (MODE == "replay" and not _is_of_this_python(file)):
        return [_shortened(line) for line in ask()] if short else ask()
    if MODE == "record":
        lines = [_shortened(line) if short else _masked(line, arguments) for line in ask()]
        _write(file, program, lines)
    if not file.exists():
        raise AssertionError(f"{program} has no record of real Locust\nhint: {RENEW}")
    record = json.loads(file.read_text())
    if record["digest"] != digest_of(PROGRAMS / program):
        raise AssertionError(f"{program} is newer than its record\nhint: {RENEW}")
    lines = record["lines"]
    return lines if short else [_unmasked(line, arguments) for line in lines]


def name_of(program: str, arguments: tuple[str, ...]) -> str:
    fixed = [word for word in arguments if not _is_an_address(word)]
    return re.sub(r"[^\w.-]+", "-", "-".join([program.removesuffix(".py"), *fixed])).strip("-")


def digest_of(program: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(program)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def shortened(lines: list[str]) -> list[str]:
    return [_shortened(line) for line in lines]


@cache
def _sources(program: Path) -> frozenset[Path]:
    """The program and, through all levels, the modules of `tests` that it imports."""
    found: set[Path] = set()
    waiting = [program]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tests."):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names if alias.name.startswith("tests.")]
            else:
                continue
            files = [ROOT / f"{name.replace('.', '/')}.py" for name in names]
            waiting += [file for file in files if file.exists()]
    return frozenset(found)


def _is_of_this_python(file: Path) -> bool:
    """Whether the record, if there is one, was made with the Python of these tests: only then it is compared with."""
    return not file.exists() or json.loads(file.read_text())["python"] == PYTHON


def _write(file: Path, program: str, lines: list[str]) -> None:
    record = {"program": program, "digest": digest_of(PROGRAMS / program), "python": PYTHON, "lines": lines}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _shortened(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:12]


def _is_an_address(word: str) -> bool:
    """Whether an argument differs from run to run: the address or port of a server, a path in a test's folder."""
    return bool(LOCAL.search(word)) or word.startswith("/") or (word.isdigit() and len(word) > 3)


def _replacements(arguments: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = [(str(ROOT), "ROOT")]
    for at, word in enumerate(arguments):
        if local := LOCAL.search(word):
            pairs += [(local[0], f"ARGUMENT{at}"), (local[1], f"PORT{at}")]
        elif _is_an_address(word):
            pairs.append((word, f"ARGUMENT{at}"))
    return pairs


def _masked(line: str, arguments: tuple[str, ...]) -> str:
    for value, mask in _replacements(arguments):
        line = line.replace(value, mask)
    return line


def _unmasked(line: str, arguments: tuple[str, ...]) -> str:
    for value, mask in _replacements(arguments):
        line = line.replace(mask, value)
    return line
