"""What is cited can be opened: pages and their sections, files and folders of the repository, decisions.

A page is cited by its path from the root, or from where the citing file stands. What may follow: a paragraph sign and
the number of a heading, a comma and a heading in quotes (after a number any words of the page), an anchor in a link.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from tests.house import prose

FOLDERS = "src|python|tests|bench|benches|fuzz|docs|locustfiles|deploy"
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./-]*\w|(?<![\w/.-])[\w./-]*\w\.md\b")
PLACE = re.compile(r"(?P<page>[\w./-]*\w\.md)\b(?:`|\))*|§(?P<section>\d+(?:\.\d+)?)|(?P<end>[;|]|\. )")
HEADING = re.compile(r"([\w./-]*\w\.md)`?((?: §[\d.]+)?), \"([^\"]+)\"")
FOLDER = re.compile(r"`([\w-]+)/`")
DECISION = re.compile(r"\bdecisions? (\d+)\b")
OUTSIDE = re.compile(r"\bDESIG[N]\b|\bSTYL[E](?:\.md|,? \d)|\.\./share[d]")
#: What looks like a path of ours and is none: a file that an example writes, a name on the wire.
NO_PATH = {
    "docs/verdicts.md": {"summary.md"},
    "docs/contract/http-client.md": {"python/gevent-http-client-2.6.1", "host"},
}


@cache
def folders() -> frozenset[str]:
    return frozenset(str(folder) for name in prose.files() for folder in Path(name).parents)


def found(path: str, cited_by: str) -> str | None:
    """What a path means: from the folder of who cites it, or from the root."""
    for start in (os.path.dirname(cited_by), ""):
        name = os.path.normpath(os.path.join(start, path))
        if name in prose.files() or name in folders():
            return name
    return None


@cache
def headings(page: str) -> tuple[str, ...]:
    return tuple(re.findall(r"^#+ +(.*?) *$", (prose.ROOT / page).read_text(), re.M))


def has_section(page: str, number: str) -> bool:
    return any(re.match(rf"{re.escape(number)}\.? ", heading) for heading in headings(page))


def anchors(page: str) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


def test_links_lead_to_files_and_headings() -> None:
    wrong = []
    for name in (name for name in prose.readable() if name.endswith(".md")):
        for link in LINK.findall(prose.of(name)):
            path, _, place = link.partition("#")
            page = found(path, name) if path else name
            if "://" not in link and (page is None or (place and place not in anchors(page))):
                wrong.append(f"{name}: {link}")
    assert not wrong, "\n".join(wrong)


def test_paths_in_pages_and_comments_exist() -> None:
    wrong = []
    for name in prose.readable():
        text = re.sub(r"https?://\S+", "", prose.of(name))
        cited = {path for path in PATH.findall(text) if path not in NO_PATH.get(name, ())}
        wrong += [f"{name}: {path}" for path in sorted(cited) if found(path, name) is None]
    assert not wrong, "\n".join(wrong)


def test_folders_in_backticks_exist() -> None:
    """By their own name, at whatever depth: `report/` is that of `src` or that of a page's folder."""
    assert {path for name in prose.readable() for path in folders_that_are_not_there(name)} == set()


def folders_that_are_not_there(name: str) -> list[str]:
    known = {Path(folder).name for folder in folders()} | NO_PATH.get(name, set())
    return [f"{name}: {path}/" for path in FOLDER.findall(prose.of(name)) if path not in known]


def test_a_folder_that_is_not_there_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose, "of", lambda _: "in `report/` and `nowhere/`, not in `http://`")
    assert folders_that_are_not_there("src/lib.rs") == ["src/lib.rs: nowhere/"]


def sections_that_are_not_there(name: str) -> list[str]:
    """A number alone is the own page's; in a program it belongs to the page named before it in the sentence."""
    own = name if name.endswith(".md") else None
    page, wrong = own, []
    for match in PLACE.finditer(prose.of(name)):
        if match["page"]:
            page = found(match["page"], name)
        elif match["end"]:
            page = own
        elif page is None or not has_section(page, match["section"]):
            wrong.append(f"{name}: §{match['section']} of {page}")
    return wrong


def test_cited_sections_exist() -> None:
    wrong = [line for name in prose.readable() for line in sections_that_are_not_there(name)]
    assert not wrong, "\n".join(wrong)


def test_cited_headings_exist() -> None:
    wrong = []
    for name in prose.readable():
        for path, section, words in HEADING.findall(prose.of(name)):
            page = found(path, name)
            known = () if page is None else prose.of(page) if section else headings(page)
            if words not in known:
                wrong.append(f'{name}: {path}{section}, "{words}"')
    assert not wrong, "\n".join(wrong)


def test_cited_decisions_exist() -> None:
    pages = {int(name.split("/")[2][:4]) for name in prose.files() if name.startswith("docs/decisions/")}
    cited = {(name, int(number)) for name in prose.readable() for number in DECISION.findall(prose.of(name))}
    assert {place for place in cited if place[1] not in pages} == set()


def test_nothing_points_out_of_the_repository() -> None:
    texts = {name: (prose.ROOT / name).read_bytes().decode(errors="replace") for name in prose.files()}
    assert sorted(name for name, text in texts.items() if OUTSIDE.search(text)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("docs/contract/cli.md §4 and §10", []),
        ("docs/contract/cli.md §4; docs/contract/stats.md §77", ["§77 of docs/contract/stats.md"]),
        ("docs/contract/events.md §5.3, docs/contract/cli.md §5.3", ["§5.3 of docs/contract/cli.md"]),
        ("§1 of nothing", ["§1 of None"]),
    ],
)
def test_a_section_that_is_not_there_is_seen(monkeypatch: pytest.MonkeyPatch, text: str, wrong: list[str]) -> None:
    monkeypatch.setattr(prose, "of", lambda _: text)
    assert sections_that_are_not_there("src/lib.rs") == [f"src/lib.rs: {each}" for each in wrong]
