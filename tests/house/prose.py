"""What people read in the repository's files: pages whole, of programs the comments and docstrings.

Lines are joined, because a sentence goes on in the next one.
"""

from __future__ import annotations

import io
import re
import subprocess
import tokenize
from functools import cache
from pathlib import Path

import pytest

from tests.kit.places import ROOT

HASHES = {".toml", ".yaml", ".yml", ".sh"}
#: What real Locust said, and files whose comments are orders to the differential tests.
LEFT_OUT = ("tests/differential/records/", "tests/differential/locustfiles/")
BEGINS = {tokenize.ENCODING, tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


@cache
def files() -> frozenset[str]:
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"not a git checkout: {done.stderr.strip()}")
    return frozenset(name for name in done.stdout.splitlines() if (ROOT / name).is_file())


def readable() -> list[str]:
    return sorted(name for name in files() if not name.startswith(LEFT_OUT) and of(name))


@cache
def of(name: str) -> str:
    """The prose of a file on one line; empty where it has none, or is no text of ours."""
    kind = ".sh" if name == "Makefile" else Path(name).suffix
    if kind not in HASHES | {".md", ".rs", ".py", ".pyi"}:
        return ""
    text = (ROOT / name).read_text()
    if kind == ".rs":
        text = "\n".join(re.findall(r"(?://[/!]?)(?!/) ?(.*)", text))
    elif kind in {".py", ".pyi"}:
        text = of_python(text)
    elif kind in HASHES:
        text = "\n".join(re.findall(r"(?m)(?:^|\s)#+ (.*)", text))
    return re.sub(r"\s*\n\s*", " \n", text).replace(" \n", " ")


def of_python(text: str) -> str:
    parts, before = [], tokenize.ENCODING
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            parts.append(token.string.lstrip("#: "))
        elif token.type == tokenize.STRING and before in BEGINS and token.string.endswith('"""'):
            parts.append(token.string.strip('"'))
        before = token.type
    return "\n".join(parts)
