"""Statistics of several nodes: entries and errors as plain dicts, what a worker reports, how a master adds it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from .. import stats as locust_stats

if TYPE_CHECKING:
    from ..event import Events
    from .entry import StatsEntry
    from .request_stats import RequestStats

#: Of a report between nodes of ours: exact histograms, as bytes. It is put in after the listeners of locustfiles and
#: taken out before them, so that what they see can be written as JSON, as under Locust.
EXACT_PART = "rlocust"


class StatsBaseDict(TypedDict):
    name: str
    method: str


class StatsEntryDict(StatsBaseDict):
    last_request_timestamp: float | None
    start_time: float
    num_requests: int
    num_none_requests: int
    num_failures: int
    total_response_time: int
    max_response_time: int
    min_response_time: int | None
    total_content_length: int
    response_times: dict[int, int]
    num_reqs_per_sec: dict[int, int]
    num_fail_per_sec: dict[int, int]


class StatsErrorDict(StatsBaseDict):
    error: str
    occurrences: int
    first_seen: float | None
    last_seen: float | None


#: The keys of a serialised entry, in the order in which they are written.
ENTRY_KEYS = (
    "name",
    "method",
    "last_request_timestamp",
    "start_time",
    "num_requests",
    "num_none_requests",
    "num_failures",
    "total_response_time",
    "max_response_time",
    "min_response_time",
    "total_content_length",
    "response_times",
    "num_reqs_per_sec",
    "num_fail_per_sec",
)


def setup_distributed_stats_event_listeners(events: Events, stats: RequestStats) -> None:
    """Worker: what is new goes into each report. Master: reports are added up."""

    def on_report_to_master(client_id: str, data: dict[str, Any]) -> None:
        if stats._native.is_plain:  # all at one moment, and exact beside Locust's buckets
            report = stats._native.take_report()
            stats._exact_part = report.pop(EXACT_PART, None)
            data.update(report)
            return
        data["stats"] = stats.serialize_stats()
        data["stats_total"] = stats.total.get_stripped_report()
        data["errors"] = stats.serialize_errors()
        stats.errors = {}

    def on_worker_report(client_id: str, data: dict[str, Any]) -> None:
        if stats._merge_report is not None:
            exact = {} if stats._exact_part is None else {EXACT_PART: stats._exact_part}
            stats._merge_report({**data, **exact})
            return
        for entry in data["stats"]:
            _merge_entry(stats, locust_stats.StatsEntry.unserialize(entry, stats))
        for key, error in data["errors"].items():
            _merge_error(stats, key, error)
        stats.total.extend(locust_stats.StatsEntry.unserialize(data["stats_total"], stats))

    events.report_to_master.add_listener(on_report_to_master)
    events.worker_report.add_listener(on_worker_report)


def _merge_entry(stats: RequestStats, reported: StatsEntry) -> None:
    key = (reported.name, reported.method)
    if key not in stats.entries:
        stats.entries[key] = locust_stats.StatsEntry(stats, *key, use_response_times_cache=True)
    stats.entries[key].extend(reported)


def _merge_error(stats: RequestStats, key: str, reported: StatsErrorDict) -> None:
    if key not in stats.errors:
        stats.errors[key] = locust_stats.StatsError.unserialize(reported)
        return
    known = stats.errors[key]
    known.occurrences += reported["occurrences"]
    first = [seen for seen in (known.first_seen, reported.get("first_seen")) if seen]
    last = [seen for seen in (known.last_seen, reported.get("last_seen")) if seen]
    known.first_seen = min(first, default=None)
    known.last_seen = max(last, default=None)
