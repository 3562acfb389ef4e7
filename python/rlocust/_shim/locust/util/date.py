"""Points and lengths of time as reports and file names show them."""

from __future__ import annotations

from datetime import UTC, datetime


def format_utc_timestamp(unix_timestamp: float) -> str:
    return datetime.fromtimestamp(int(unix_timestamp), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_safe_timestamp(unix_timestamp: float) -> str:
    """Local time, without characters that file names do not take."""
    return datetime.fromtimestamp(int(unix_timestamp)).strftime("%Y-%m-%d-%Hh%M")


def format_duration(start_time: float, end_time: float) -> str:
    """`1 hour, 2 minutes and 3 seconds`; parts that are zero are left out."""
    rest = int(end_time - start_time)
    parts = []
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, length)
        if count > 0:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    if not parts:
        return "0 seconds"
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
