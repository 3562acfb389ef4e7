"""Talks with an interface: what is asked in which order, compared with the answers that real Locust gave.

A talk is a generator of pairs, the name of a question and its answer as JSON; it waits for what it needs in between.
The answers of real Locust lie in `tests/differential/records/web`; `RLOCUST_ORACLE` (`tests.kit.records`) asks it live
or renews them: first the talk with Locust, then the one with rlocust, never both at once.
"""

import difflib
import hashlib
import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES, ROOT, TESTS
from tests.kit.programs import NOT_INSTALLED
from tests.kit.records import MODE, RENEW, is_live
from tests.kit.tools import LOCUST, RLOCUST, Tool

FILES = LOCUSTFILES / "web"
RECORDS = TESTS / "differential" / "records" / "web"
HELPERS = Path(__file__).with_name("answers.py")

Talk = Iterator[tuple[str, Any]]
Source = Path | Callable[..., Any]


def talk_as_with_locust(
    talk: Callable[[Page], Talk], locustfile: str, *arguments: str, sources: tuple[Source, ...] = (), **given: Any
) -> None:
    """Has this talk with the page of rlocust for a locustfile of `FILES`; `given` goes to `page`."""

    def hold(tool: Tool) -> Talk:
        with page(tool, FILES / locustfile, *arguments, **given) as there:
            yield from talk(there)

    compare_with_locust(talk.__name__, hold, talk, FILES / locustfile, *sources, asked=(*arguments, given))


def compare_with_locust(name: str, hold: Callable[[Tool], Talk], *sources: Source, asked: Any = None) -> None:
    """Compares the pairs that `hold` gives for rlocust with the record of this name.

    The record is out of date once one of the sources, the text of `asked` or what all talks share has changed.
    """
    expected = _answers_of_locust(name, hold, _digest((*sources, HELPERS), asked))
    with closing(hold(RLOCUST)) as said:
        for number, (question, answer) in enumerate(said):
            if number == len(expected):
                pytest.fail(f"{question}: not asked of Locust", pytrace=False)
            their_question, theirs = expected[number]
            assert question == their_question, f"{name}: Locust was asked something else then"
            ours = _as_json(answer)
            if ours != theirs:
                pytest.fail(f"{name}: {question}\n{_difference(theirs, ours)}", pytrace=False)
        assert number + 1 == len(expected), f"{name}: Locust was asked {expected[number + 1][0]}, too"


def _answers_of_locust(name: str, hold: Callable[[Tool], Talk], digest: str) -> list[list[Any]]:
    file = RECORDS / f"{name}.json"
    if is_live():
        if not LOCUST.is_installed:
            pytest.skip(NOT_INSTALLED)
        with closing(hold(LOCUST)) as said:
            answers = [[question, _as_json(answer)] for question, answer in said]
        if MODE == "record":
            RECORDS.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"digest": digest, "answers": answers}, indent=1, ensure_ascii=False) + "\n")
        return answers
    record = json.loads(file.read_text()) if file.exists() else {"digest": None}
    if record["digest"] != digest:
        pytest.fail(f"the talk `{name}` is newer than its record\nhint: {RENEW}", pytrace=False)
    return list(record["answers"])


def _digest(sources: tuple[Source, ...], asked: Any) -> str:
    digest = hashlib.sha256(repr(asked).replace(str(ROOT), "ROOT").encode())
    for source in sources:
        if isinstance(source, Path):
            files = sorted(source.rglob("*.*")) if source.is_dir() else [source]
            for file in files:
                digest.update(b"" if file.suffix == ".pyc" else file.read_bytes())
        else:
            digest.update(inspect.getsource(source).encode())
    return digest.hexdigest()[:16]


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _difference(theirs: Any, ours: Any) -> str:
    texts = [json.dumps(value, indent=1, sort_keys=True).splitlines() for value in (theirs, ours)]
    return "\n".join(difflib.unified_diff(*texts, "Locust", "rlocust", lineterm="", n=2)) or f"{theirs!r}\n{ours!r}"
