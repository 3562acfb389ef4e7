"""What workers have logged, as the page of a master shows it. Not a module of Locust's."""

from __future__ import annotations

from collections.abc import Sequence

#: Lines of one worker, as many as a worker keeps.
MOST_LINES = 500
#: Characters; a longer line is cut.
LONGEST = 8 << 10
MOST_WORKERS = 1_000
#: Characters of all workers together; beyond it each has an equal share, and its newest lines stay.
MOST_OF_ALL = 16 << 20


class WorkerLogs(dict[str, list[str]]):
    """Lines by worker; whoever was heard last comes last."""

    def __init__(self) -> None:
        super().__init__()
        self._lengths: dict[str, int] = {}

    def keep(self, worker: str, lines: Sequence[object]) -> list[str]:
        """All that this worker has logged; whose lines are other ones now, or gone."""
        self.pop(worker, None)
        self[worker] = [cut(str(line)) for line in lines[-MOST_LINES:]]
        changed = [worker, *self._without_the_oldest()]
        self._lengths = {name: self._lengths.get(name, 0) for name in self}
        self._lengths[worker] = length(self[worker])
        if sum(self._lengths.values()) > MOST_OF_ALL:
            changed += self._with_equal_shares()
        return changed

    def _without_the_oldest(self) -> list[str]:
        oldest = list(self)[: max(0, len(self) - MOST_WORKERS)]
        for name in oldest:
            del self[name]
        return oldest

    def _with_equal_shares(self) -> list[str]:
        share = MOST_OF_ALL // len(self)
        too_long = [name for name, characters in self._lengths.items() if characters > share]
        for name in too_long:
            self[name] = newest(self[name], share)
            self._lengths[name] = length(self[name])
        return too_long


def cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} …"


def length(lines: list[str]) -> int:
    return sum(map(len, lines))


def newest(lines: list[str], most: int) -> list[str]:
    """The last lines that have at most so many characters together."""
    kept: list[str] = []
    for line in reversed(lines):
        most -= len(line)
        if most < 0:
            break
        kept.append(line)
    return kept[::-1]
