"""Locustfiles run by both tools: finding them, running one, comparing two outcomes, keeping records.

A locustfile says in its first comment lines how it is run:
  # run: ARGUMENTS            added to `-f FILE --headless --only-summary -H LAB`
  # run[WORD]: ARGUMENTS      the same for one variant, after those of `# run:`
  # variants: http fast       run once for each word, given to the file as LAB_CLIENT
  # host: none                no `-H`
  # sorted: stdout log        sections whose order is not the file's to decide
  # clock: WORD ...           variants whose subject is time; `# clock:` alone: the file is
Differences are allowed only where `allowed.toml` names the line and the reason.
"""

from __future__ import annotations

import difflib
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.differential.lab import digests, tools
from tests.differential.lab.outcome import Outcome, reduce
from tests.kit.tools import LOCUST, Tool

LOCUSTFILES = tools.HOME / "locustfiles"
RECORDS = tools.HOME / "records" / "scripts"
ALLOWED = tools.HOME / "allowed.toml"


@dataclass(frozen=True)
class Case:
    """One locustfile in one variant."""

    path: Path
    variant: str = ""
    arguments: tuple[str, ...] = ()
    with_host: bool = True
    sorted_sections: tuple[str, ...] = ()
    is_about_time: bool = False

    @property
    def name(self) -> str:
        return f"{self.path.stem}-{self.variant}" if self.variant else self.path.stem


def cases() -> list[Case]:
    return [case for path in sorted(LOCUSTFILES.glob("*.py")) if path.name[0] != "_" for case in cases_of(path)]


def cases_of(path: Path) -> Iterator[Case]:
    said = dict(re.findall(r"(?m)^# (run(?:\[\w+\])?|variants|host|sorted|clock): ?(.*)$", path.read_text()))
    named = [name[4:-1] for name in said if name.startswith("run[")]
    for variant in said.get("variants", "").split() or named or [""]:
        yield Case(
            path,
            variant,
            tuple(shlex.split(said.get("run", "") + " " + said.get(f"run[{variant}]", ""))),
            said.get("host") != "none",
            tuple(said.get("sorted", "").split()),
            "clock" in said and variant in (said["clock"].split() or [variant]),
        )


def run(case: Case, tool: Tool, lab: tools.LabServer) -> Outcome:
    chapter = lab.begin(case.name)
    arguments = ["-f", str(case.path), "--headless", "--only-summary"]
    arguments += ["-H", chapter.address] if case.with_host else []
    ports = {name: str(chapter.ports[name]) for name in ("http", "refused", "control")}
    extra = {"LAB_CLIENT": case.variant} | {f"LAB_{name.upper()}": port for name, port in ports.items()}
    ended = tools.run(tool, [*arguments, *case.arguments], extra)
    outcome = reduce(ended, chapter.ports, LOCUSTFILES, case.sorted_sections)
    return outcome | {"asked": [str(len(chapter.requests()))]}


def record_path(case: Case) -> Path:
    return RECORDS / f"{case.name}.json"


def write_record(case: Case, lab: tools.LabServer) -> Outcome:
    outcome = run(case, LOCUST, lab)
    record = {"digest": digests.digest_of(case.path)} | outcome
    RECORDS.mkdir(parents=True, exist_ok=True)
    record_path(case).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return outcome


def read_record(case: Case) -> Outcome:
    return {name: section for name, section in _record(case).items() if name != "digest"}


def older_than_their_files() -> list[Case]:
    """Cases whose record is of an earlier locustfile, and those that have none."""
    return [case for case in cases() if _record(case).get("digest") != digests.digest_of(case.path)]


def _record(case: Case) -> dict[str, Any]:
    return json.loads(record_path(case).read_text()) if record_path(case).exists() else {}


@dataclass(frozen=True)
class Permit:
    """Lines of one section that may differ, and the line of the differences list that says why."""

    script: str
    section: str
    because: str
    locust: tuple[str, ...]
    rlocust: tuple[str, ...]

    def covers(self, case: Case, section: str) -> bool:
        return self.section == section and re.fullmatch(self.script, case.name) is not None


def permits() -> list[Permit]:
    if not ALLOWED.exists():
        return []
    return [
        Permit(p["script"], p["section"], p["because"], tuple(p.get("locust", ())), tuple(p.get("rlocust", ())))
        for p in tomllib.loads(ALLOWED.read_text()).get("allowed", [])
    ]


@dataclass
class Comparison:
    case: Case
    differences: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    used: set[Permit] = field(default_factory=set)
    took: float = 0.0

    @property
    def is_same(self) -> bool:
        return not self.differences


def compare(case: Case, expected: Outcome, got: Outcome, allowed: list[Permit]) -> Comparison:
    """Line by line within each section; a line found on one side only needs a permit."""
    result = Comparison(case)
    for section in expected.keys() - {"accounts"}:
        covering = [permit for permit in allowed if permit.covers(case, section)]
        for sign, line in one_sided(expected[section], got[section]):
            permit = next((p for p in covering if matches(p.locust if sign == "-" else p.rlocust, line)), None)
            if permit:
                result.used.add(permit)
            (result.listed if permit else result.differences).append(f"{section} {sign} {line}")
    return result


#: Lines of the account that may say of attempts that they are unknown.
PAST_THE_ENGINE = ("Sent by a Python library, not by the engine", "Fired by the locustfile itself")


def misaccounted(outcome: Outcome) -> str:
    """What is wrong with rlocust's count of attempts, given what the server saw; empty when right or not shown."""
    lines = {line.partition(":")[0]: line for line in outcome["accounts"]}
    attempts = lines.get("Requests sent, redirects and retries included")
    are_unknown = any("attempts" in lines.get(title, "") for title in PAST_THE_ENGINE)
    if attempts is None or are_unknown:
        return ""
    total, answered = (int(re.search(pattern, attempts)[1]) for pattern in (r": (\d+)", r"(\d+) answered"))  # type: ignore[index]
    asked = int(outcome["asked"][0])
    return "" if answered <= asked <= total else f"the server was asked {asked} times: {attempts}"


def one_sided(expected: list[str], got: list[str]) -> Iterator[tuple[str, str]]:
    for operation, a, b, c, d in difflib.SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from (("-", line) for line in expected[a:b])
            yield from (("+", line) for line in got[c:d])


def matches(patterns: tuple[str, ...], line: str) -> bool:
    return any(re.fullmatch(pattern, line, re.DOTALL) for pattern in patterns)
