"""Small functions that stand on their own."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar


class StatsHolder(Protocol):
    name: str
    method: str


S = TypeVar("S", bound=StatsHolder)


def get_readable_percentiles(percentile_list: list[float]) -> list[str]:
    """Fractions as people read them: `[0.5, 0.999]` gives `["50%", "99.9%"]`."""

    def readable(fraction: float) -> str:
        percent = fraction * 100
        return f"{int(percent) if float(percent).is_integer() else round(percent, 6)}%"

    return [readable(fraction) for fraction in percentile_list]


def calculate_response_time_percentile(response_times: dict[int, int], num_requests: int, percent: float) -> int:
    """The bucket at or below which `percent` (0.0 to 1.0) of the requests lie; 0 without any."""
    allowed_below = int(num_requests * percent)
    below = num_requests
    for bucket in sorted(response_times, reverse=True):
        below -= response_times[bucket]
        if below <= allowed_below:
            return bucket
    return 0


def diff_response_time_dicts(latest: dict[int, int], old: dict[int, int]) -> dict[int, int]:
    """What `latest` has more than `old`; rows without a difference are left out."""
    differences = ((bucket, count - old.get(bucket, 0)) for bucket, count in latest.items())
    return {bucket: difference for bucket, difference in differences if difference}


def avg(values: list[float | int]) -> float:
    return sum(values, 0.0) / max(len(values), 1)


def sort_stats(stats: dict[Any, S]) -> list[S]:
    """The values in the order of their keys."""
    return [stats[key] for key in sorted(stats.keys())]
