"""The entries as JSON, on the output or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlocust._pipes import with_reader

from .. import stats as locust_stats
from .request_stats import has_samples

if TYPE_CHECKING:
    from .reports import StatsEntryDict
    from .request_stats import RequestStats


def _entries_as_json(stats: RequestStats) -> list[StatsEntryDict]:
    """As `serialize_stats`, but the entries stay: Locust empties the tables that are printed afterwards."""
    return [entry.serialize() for entry in stats.entries.values() if has_samples(entry)]


def print_stats_json(stats: RequestStats) -> None:
    print(locust_stats.json.dumps(_entries_as_json(stats), indent=4))


def save_stats_json(stats: RequestStats, filename: str) -> None:
    path = f"{filename}.json"
    with with_reader(path), open(path, "w") as file:
        locust_stats.json.dump(_entries_as_json(stats), file, indent=4)
