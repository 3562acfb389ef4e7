"""How two records compare, case by case: what `wire.py` and `failures.py` print and their tests look at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RecordComparison:
    """Every case stands in exactly one of the first three lists."""

    equal: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    #: Listed as different, and equal after all.
    stale: list[str] = field(default_factory=list)
    report: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        return f"equal {len(self.equal)} listed {len(self.listed)} different {len(self.different)}"
