"""Names in code are the field's words (docs/glossary.md): none of the private ones that stood for them."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.house import prose

#: What each is called instead.
PRIVATE = {
    "bell": "waker",
    "face": "what it is",
    "hush": "clear",
    "manner": "client defaults",
    "mourner": "panic guard",
    "news": "notification",
    "newsroom": "notifications",
    "rope": "waker",
    "tell": "say, report, describe",
    "tells": "says, reports, describes",
    "terms": "call options",
    "told": "said, reported, described",
    "trouble": "output error",
    "wish": "arguments",
}
#: A file's position, in Python.
PYTHONS_OWN = {"tell"}
CODE = ("src/", "python/src/", "python/rlocust/")

# A char literal before a lifetime, a raw string before a plain one.
NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|r(#*)\".*?\"\1|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", re.S)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def names_in_rust(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", NO_CODE.sub(" ", text)))


def names_in_python(text: str) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME} - PYTHONS_OWN


def private_names(file: str, text: str) -> list[str]:
    names = names_in_rust(text) if file.endswith(".rs") else names_in_python(text)
    names.add(Path(file).stem)
    return sorted(name for name in names if PRIVATE.keys() & {word.lower() for word in WORD.findall(name)})


def test_names_are_the_fields_words() -> None:
    wrong = []
    for file in sorted(prose.files()):
        if file.startswith(CODE) and file.endswith((".rs", ".py", ".pyi")):
            found = private_names(file, (prose.ROOT / file).read_text())
            wrong += [f"{file}: {name}" for name in found]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("a.rs", 'fn ring_bell() { "told"; } // rope', ["ring_bell"]),
        ("a.rs", "struct NewsRoom<'a>(&'a str, char); const X: char = '\"'; let told = 1;", ["NewsRoom", "told"]),
        ("a.py", 'told = "bell"  # rope\nself.told_by = file.tell()', ["told", "told_by"]),
        ("src/face.rs", "", ["face"]),
    ],
)
def test_a_private_word_is_seen_in_names_alone(file: str, text: str, found: list[str]) -> None:
    assert private_names(file, text) == found
