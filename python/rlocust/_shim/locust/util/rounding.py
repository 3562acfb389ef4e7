"""Rounding as people do it on paper."""

from __future__ import annotations


def proper_round(val: int | float, digits: int = 0) -> float:
    """Round to `digits`, a five going up: 2.5 gives 3.0 where Python's `round` gives 2.

    Works by a nudge one decimal place beyond the last one that the number shows.
    """
    number = float(val)
    nudge = 10 ** -(len(str(number)) + 1)
    return round(number + nudge, digits)
