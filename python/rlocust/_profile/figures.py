"""A profile as data: the figures of the report, all rows of its tables."""

from __future__ import annotations

import linecache
from collections import Counter
from typing import TYPE_CHECKING, Any

from rlocust import _native

from .code import RLOCUST, SUITE, shown_place
from .kinds import by_kind, calls_of

if TYPE_CHECKING:
    from .roads import Roads
    from .stacks import Stacks


def figures(seen: _native.Profile, stacks: Stacks, roads: Roads, sums: _native.Recorder) -> dict[str, Any]:
    """Shares are of the samples that the tables hold, seconds of the script thread's CPU clock."""
    cpu, seconds = seen["script_cpu"], seen["seconds"] or 1.0
    return {
        "seconds": seen["seconds"],
        "script_cpu_s": cpu,
        "samples": seen["samples"],
        "samples_in_no_table": seen["others"],
        "profiling": {"share_of_script_cpu": seen["taking"] / (cpu or 1), "cores": seen["sampler_cpu"] / seconds},
        "tasks": [{"name": name, "share": share, "cpu_s": cpu * share} for name, share in shares(stacks.tasks)],
        "lines": [
            {"place": shown_place(file, line), "source": source_of(file, line), "share": count / stacks.total}
            for (file, line), count in stacks.lines.most_common()
        ],
        "python_code": {
            "suite": stacks.owners[SUITE] / stacks.total,
            "rlocust": stacks.owners[RLOCUST] / stacks.total,
            "others": {name: count / stacks.total for name, count in stacks.libraries},
        },
        "machine_code": dict(shares(by_kind(seen["places"]))),
        "calls": {
            **calls_of(sums),
            "by_python": [
                {
                    "library": kind.library,
                    "reason": kind.reason,
                    "place": shown_place(kind.file, kind.line),
                    "source": source_of(kind.file, kind.line),
                    "count": count,
                }
                for kind, count in roads.counts.most_common()
            ],
        },
        "lag": sums.lags(),
    }


def shares(counts: Counter[str]) -> list[tuple[str, float]]:
    """The largest first."""
    whole = sum(counts.values()) or 1
    return [(name, count / whole) for name, count in counts.most_common()]


def source_of(file: str, line: int) -> str:
    return linecache.getline(file, line).strip()
