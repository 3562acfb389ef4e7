"""Time spans as people write them: `90`, `20s`, `1h20m`."""

from __future__ import annotations

import re

_SPAN = re.compile(r"(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?:(?P<seconds>\d+)s)?")


def parse_timespan(time_str: str) -> int:
    """Seconds, from a number or from hours, minutes and seconds in that order."""
    if not time_str:
        raise ValueError("Invalid time span format")
    if re.fullmatch(r"\d+", time_str):
        return int(time_str)
    found = _SPAN.fullmatch(time_str)
    if found is None:
        raise ValueError("Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds
