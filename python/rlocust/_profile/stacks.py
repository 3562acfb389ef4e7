"""What stacks say: which task was at work, on which line of the suite, in whose code."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from types import CodeType

from .code import RLOCUST, SUITE, is_of_shim, is_of_suite, owner_of, shown_place

Frames = list[tuple[CodeType, int]]

#: What is no task's: between two of them, and outside of users.
BETWEEN = "waits, choice of tasks"
OUTSIDE = "hub, listeners, figures of the run"


class Stacks:
    """Samples by task, by line and by owner of the innermost frame."""

    def __init__(self, rows: list[tuple[int, Frames]]) -> None:
        self.tasks: Counter[str] = Counter()
        #: By file and line; a sample counts for the innermost line of the suite on its stack.
        self.lines: Counter[tuple[str, int]] = Counter()
        self.owners: Counter[str] = Counter()
        for count, frames in rows:
            self.tasks[task_of(frames)] += count
            if line := line_of(frames):
                self.lines[line] += count
            if frames:
                self.owners[owner_of(frames[-1][0].co_filename)] += count

    @property
    def total(self) -> int:
        """What shares are of."""
        return sum(self.tasks.values()) or 1

    @property
    def python_of_suite(self) -> int:
        return self.owners[SUITE]

    @property
    def libraries(self) -> list[tuple[str, int]]:
        """Of others, the most first."""
        return [(name, count) for name, count in self.owners.most_common() if name not in (SUITE, RLOCUST)]


def task_of(frames: Frames) -> str:
    """The function that a task set has called, else what of the suite stands outermost."""
    called: CodeType | None = None
    for (caller, _), (code, _) in pairwise(frames):
        if is_of_shim(caller, "execute_task") and not _is_ours(code):
            called = code
    entry = called or next((code for code, _ in frames if is_of_suite(code)), None)
    if entry is not None:
        return f"{entry.co_qualname} ({shown_place(entry.co_filename, entry.co_firstlineno)})"
    is_of_user = any(is_of_shim(code, "run_user") for code, _ in frames)
    return BETWEEN if is_of_user else OUTSIDE


def line_of(frames: Frames) -> tuple[str, int] | None:
    return next(((code.co_filename, line) for code, line in reversed(frames) if is_of_suite(code)), None)


def _is_ours(code: CodeType) -> bool:
    return owner_of(code.co_filename) == RLOCUST
