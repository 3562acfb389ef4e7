"""A profile in words."""

from __future__ import annotations

import linecache
from collections import Counter
from typing import TYPE_CHECKING

from rlocust import _native

from .code import RLOCUST, shown_place
from .kinds import by_kind, calls_of

if TYPE_CHECKING:
    from .roads import Roads
    from .stacks import Stacks

#: Rows of each table.
MOST_ROWS = 10
#: Letters of a line of source that are shown.
WIDTH = 70
#: Fewer samples than this say little.
FEW = 200


def lines(seen: _native.Profile, stacks: Stacks, roads: Roads, sums: _native.Recorder) -> list[str]:
    total = stacks.total
    parts = [
        _head(seen),
        _table("CPU of the script thread by task", stacks.tasks, total, seen["script_cpu"]),
        _by_line(stacks, total),
        _shares(seen, stacks, total),
        _roads(roads, sums),
        [line] if (line := _native.render_lag(sums)) else [],
    ]
    return [line for part in parts if part for line in (*part, "")]


def _head(seen: _native.Profile) -> list[str]:
    cpu, seconds = seen["script_cpu"], seen["seconds"] or 1.0
    said = [
        f"Profile: the script thread computed {cpu:.2f} s in {seconds:.1f} s ({cpu / seconds:.0%}), seen in "
        f"{seen['samples']} samples",
        f"Profiling itself took {seen['taking'] / (cpu or 1):.1%} of that, and {seen['sampler_cpu'] / seconds:.1%} of "
        "another core",
    ]
    if seen["samples"] < FEW:
        said.append("So few samples say little: run longer, or with more users")
    if seen["others"]:
        said.append(f"{seen['others']} samples of further stacks are in no table")
    return said


def _table(title: str, counts: Counter[str], total: int, cpu: float) -> list[str]:
    rows = [
        f"{count / total:7.1%} {cpu * count / total:8.2f} s  {name}" for name, count in counts.most_common(MOST_ROWS)
    ]
    left = len(counts) - MOST_ROWS
    return [title, *rows, *([f"{'':18} and {left} more"] if left > 0 else [])]


def _by_line(stacks: Stacks, total: int) -> list[str]:
    """What a line calls counts for it, down to the next line of the suite."""
    if not stacks.lines:
        return []
    rows = [
        f"{count / total:7.1%}  {shown_place(file, line)}  {linecache.getline(file, line).strip()[:WIDTH]}"
        for (file, line), count in stacks.lines.most_common(MOST_ROWS)
    ]
    return ["By line of the locustfile, with what it calls", *rows]


def _shares(seen: _native.Profile, stacks: Stacks, total: int) -> list[str]:
    said = [f"By whose Python code: the locustfile's own {stacks.python_of_suite / total:.0%}, "]
    said[0] += ", ".join(f"{name} {count / total:.0%}" for name, count in stacks.libraries[:MOST_ROWS])
    said[0] = said[0].rstrip(", ") + f", rlocust with its native half {stacks.owners[RLOCUST] / total:.0%}"
    places = by_kind(seen["places"])
    if noted := sum(places.values()):
        kinds = ", ".join(f"{kind} {count / noted:.0%}" for kind, count in places.most_common())
        said.append(f"By machine code that ran: {kinds}")
    return said


def _roads(roads: Roads, sums: _native.Recorder) -> list[str]:
    calls = calls_of(sums)
    said = [f"Calls: {calls['by_engine']} by the engine"]
    if calls["by_suite"]:
        said[0] += f", {calls['by_suite']} by clients of the locustfile"
    for library in sorted({kind.library for kind in roads.counts}):
        count = sum(count for kind, count in roads.counts.items() if kind.library == library)
        said[0] += f", {count} by {library}, not the engine:"
    for kind, count in roads.counts.most_common(MOST_ROWS):
        source = linecache.getline(kind.file, kind.line).strip()[:WIDTH]
        said.append(
            f"{count:8} {kind.library}: {kind.reason} at {shown_place(kind.file, kind.line)}  {source}".rstrip()
        )
    return said
