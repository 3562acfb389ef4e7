"""Which line of the suite made a Python library carry a call, and why the engine did not."""

from __future__ import annotations

import sys
from collections import Counter
from typing import NamedTuple

from rlocust._clients import reasons

from .code import is_of_suite


class PythonCalls(NamedTuple):
    """Calls that went one way, for one reason, from one line."""

    library: str
    reason: str
    file: str
    line: int


#: Different ones that are told apart.
MOST = 1_000


class Roads:
    """Counts calls by road, reason and line, while it watches."""

    def __init__(self) -> None:
        self.counts: Counter[PythonCalls] = Counter()

    def watch(self) -> None:
        reasons.watcher = self.note

    def leave(self) -> None:
        reasons.watcher = None

    def note(self, library: str, reason: str) -> None:
        """Called in the greenlet of the call, below the line that made it."""
        frame = sys._getframe()
        while frame is not None and not is_of_suite(frame.f_code):
            frame = frame.f_back  # type: ignore[assignment]
        place = ("", 0) if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        calls = PythonCalls(library, reason, *place)
        if calls in self.counts or len(self.counts) < MOST:
            self.counts[calls] += 1
