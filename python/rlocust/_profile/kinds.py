"""Kinds of machine code that ran, and of who carried calls."""

from __future__ import annotations

import os
import sys
from collections import Counter

from rlocust import _native

INTERPRETER, BRIDGE, SYSTEM, OTHERS = "Python", "engine and bridge", "system", "other extension modules"


def by_kind(places: list[tuple[str, int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path, count in places:
        counts[_kind_of(path)] += count
    return counts


def _kind_of(path: str) -> str:
    name = os.path.basename(path)
    if name == os.path.basename(str(_native.__file__)):
        return BRIDGE
    if name.startswith("libpython") or os.path.realpath(path) == os.path.realpath(sys.executable):
        return INTERPRETER
    if name.startswith(("libc.", "libc-", "ld-", "linux-vdso", "libpthread", "libm.")) or not name:
        return SYSTEM
    return OTHERS


def calls_of(sums: _native.Recorder) -> dict[str, int]:
    """Who carried how many, but for those that Python libraries carried: the lines that made those are counted."""
    account = sums.accounting()
    calls = sum(account[kind] for kind in ("ok", "failed", "cut", "unreported", "failed_before_send"))
    by_suite = account["fired_by_suite"]
    return {"by_engine": calls - account["python_timed"] - by_suite, "by_suite": by_suite}
