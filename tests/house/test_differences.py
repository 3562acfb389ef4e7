"""The differential tests excuse a difference only by a row of docs/contract/differences.md: its letter, its case."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from tests.kit.places import ROOT

LISTS = ROOT / "tests" / "differential"


def cases() -> dict[str, list[str]]:
    tables = re.split(r"^## ([A-Z])\. ", (ROOT / "docs" / "contract" / "differences.md").read_text(), flags=re.M)[1:]
    return {
        letter: re.findall(r"^\| (.*?) \|", table, re.M)
        for letter, table in zip(tables[::2], tables[1::2], strict=True)
    }


def reasons() -> Iterator[str]:
    yield from (entry["because"] for entry in tomllib.loads((LISTS / "allowed.toml").read_text())["allowed"])
    yield from (entry["because"] for entry in tomllib.loads((LISTS / "failures_listed.toml").read_text())["listed"])
    yield from tomllib.loads((LISTS / "wire_listed.toml").read_text())["listed"].values()


def test_every_reason_names_a_case_of_the_list() -> None:
    listed, wrong = cases(), []
    for reason in reasons():
        letter, _, words = reason.partition(": ")
        begins = re.split(r"[:;,] ", words)[0]
        if not any(case.startswith(begins) for case in listed.get(letter, [])):
            wrong.append(reason)
    assert not wrong, "\n".join(wrong)


def test_no_case_stands_twice() -> None:
    found = [case for table in cases().values() for case in table if case not in {"case", "---"}]
    assert sorted(set(found)) == sorted(found)
