"""The sums of one name and method."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from rlocust import _native
from rlocust._live_counts import CountsDict, WholeDict

from .. import stats as locust_stats
from .attributes import dict_as_locusts, engine_counts, engine_sum, set_state, state_of_copy
from .patchable import Patchable
from .reports import ENTRY_KEYS
from .tables import widths

if TYPE_CHECKING:
    from .reports import StatsEntryDict
    from .request_stats import RequestStats


def _empty_entry(kind: type[StatsEntry], name: str, method: str) -> StatsEntry:
    entry = kind.__new__(kind)
    entry._keeps_cache = False
    entry._native = _native.Entry(str(name), str(method), 0.0, None)
    return entry


class StatsEntry(metaclass=Patchable):
    """The sums of one name and method. Times are milliseconds; a failed request counts in both columns."""

    _shown = (
        "stats",
        "name",
        "method",
        "use_response_times_cache",
        "num_requests",
        "num_none_requests",
        "num_failures",
        "total_response_time",
        "min_response_time",
        "max_response_time",
        "num_reqs_per_sec",
        "num_fail_per_sec",
        "response_times",
        "response_times_cache",
        "total_content_length",
        "start_time",
        "last_request_timestamp",
    )

    #: Counting dicts of this entry that somebody holds.
    _mirrors: weakref.WeakValueDictionary[str, CountsDict[Any]] | None = None

    __dict__ = dict_as_locusts
    __getstate__ = state_of_copy
    __setstate__ = set_state

    def __reduce__(self) -> Any:
        return _empty_entry, (type(self), self.name, self.method), self.__getstate__()

    def _leave_counts(self) -> None:
        """Whoever holds a counting dict keeps what is in it."""
        for counts in list((self._mirrors or {}).values()):
            counts.leave()
        self._mirrors = None

    def __init__(self, stats: RequestStats, name: str, method: str, use_response_times_cache: bool = False) -> None:
        self.stats = stats
        self.name = name
        self.method = method
        self._keeps_cache = bool(use_response_times_cache)
        self._native = _native.Entry(str(name), str(method), locust_stats.time.time(), self._window())

    @classmethod
    def _around(cls, stats: RequestStats, key: tuple[str, str], native: Any) -> StatsEntry:
        """The Python side of a row that the engine made."""
        entry = cls.__new__(cls)
        entry.stats = stats
        entry.name, entry.method = key
        entry._keeps_cache = stats.use_response_times_cache
        entry._native = native
        return entry

    def _window(self) -> int | None:
        return locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW if self._keeps_cache else None

    @property
    def use_response_times_cache(self) -> bool:
        """Whether percentiles of the last seconds are known."""
        return self._keeps_cache

    @use_response_times_cache.setter
    def use_response_times_cache(self, keeps_cache: bool) -> None:
        self._keeps_cache = bool(keeps_cache)
        if not keeps_cache:
            self._native.set_window_copies(None)
        elif self._native.window_copies() is None:
            self._native.set_window_copies([])

    num_requests: int = engine_sum("num_requests", "Requests made, failed ones included.")
    num_none_requests: int = engine_sum("num_none_requests", "Requests without a response time.")
    num_failures: int = engine_sum("num_failures", "Requests that failed.")
    total_response_time: float = engine_sum("total_response_time", "Sum of all response times.")
    min_response_time: float | None = engine_sum("min_response_time", "The shortest, exact; None before the first.")
    max_response_time: float = engine_sum("max_response_time", "The longest, exact.")
    total_content_length: int = engine_sum("total_content_length", "Sum of all response lengths.")
    start_time: float = engine_sum("start_time", "When this entry was made or reset.")
    last_request_timestamp: float | None = engine_sum("last_request_timestamp", "When the last request was logged.")
    response_times: dict[int, int] = engine_counts("response_times", "Requests by rounded response time.")
    num_reqs_per_sec: dict[int, int] = engine_counts("num_reqs_per_sec", "Requests by Unix second.")
    num_fail_per_sec: dict[int, int] = engine_counts("num_fail_per_sec", "Failures by Unix second.")

    @property
    def response_times_cache(self) -> dict[int, Any] | None:
        """Copies of the histogram by second, for percentiles of the last seconds; None where none are kept."""
        native = self._native
        if native.window_copies() is None:
            return None

        def read() -> dict[int, Any]:
            return {second: locust_stats.CachedResponseTimes(*kept) for second, *kept in native.window_copies() or ()}

        cache = WholeDict(read, self._write_cache)
        cache._pull()
        return cache

    @response_times_cache.setter
    def response_times_cache(self, cache: dict[int, Any] | None) -> None:
        if cache is None:
            self._native.set_window_copies(None)
        else:
            self._write_cache(cache)

    def _write_cache(self, cache: dict[int, Any]) -> None:
        copies = [(second, dict(times), *counts) for second, (times, *counts) in cache.items()]
        self._native.set_window_copies(copies)

    def reset(self) -> None:
        """Zero, and start the clock of this entry again."""
        self._leave_counts()
        self._native.reset(locust_stats.time.time(), self._window())

    def log(self, response_time: int | float | None, content_length: int) -> None:
        """One finished request."""
        self._native.log(
            response_time,
            content_length,
            locust_stats.time.time(),
            locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW,
        )

    def log_error(self, error: Exception | str | None) -> None:
        """One failure."""
        self._native.log_error(locust_stats.time.time())

    def _log_time_of_request(self, current_time: float) -> None:
        self._native.log_time_of_request(current_time)

    def _log_response_time(self, response_time: int | float | None) -> None:
        self._native.log_response_time(response_time)

    def _cache_response_times(self, t: int) -> None:
        self._native.cache_response_times(t, locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

    @property
    def fail_ratio(self) -> float:
        """Failures per request, 0.0 to 1.0."""
        return self._native.fail_ratio

    @property
    def avg_response_time(self) -> float:
        return self._native.avg_response_time

    @property
    def median_response_time(self) -> float:
        """The rounded median, held between the exact shortest and longest time."""
        return self._native.median_response_time

    def _rate(self, kind: Any, ledger: str) -> float:
        stats = self.stats
        return kind(ledger, stats.start_time, stats.last_request_timestamp)

    @property
    def current_rps(self) -> float:
        """Requests per second of the last ten full seconds before the last request of the run."""
        return self._rate(self._native.current_rate, "num_reqs_per_sec")

    @property
    def current_fail_per_sec(self) -> float:
        return self._rate(self._native.current_rate, "num_fail_per_sec")

    @property
    def total_rps(self) -> float:
        """Requests per second from the start of all statistics to the last request of the run."""
        return self._rate(self._native.total_rate, "num_reqs_per_sec")

    @property
    def total_fail_per_sec(self) -> float:
        return self._rate(self._native.total_rate, "num_fail_per_sec")

    @property
    def avg_content_length(self) -> float:
        requests = self.num_requests
        return self.total_content_length / requests if requests else 0

    def get_response_time_percentile(self, percent: float) -> int:
        """The rounded response time within which `percent` (0.0 to 1.0) of the requests ended."""
        return self._native.percentile(percent)

    def get_current_response_time_percentile(self, percent: float) -> int | None:
        """The same for about the last ten seconds; None while nothing is known that far back."""
        if not self.use_response_times_cache:
            raise ValueError("current percentiles need a StatsEntry with use_response_times_cache=True")
        return self._native.current_percentile(
            percent, locust_stats.time.time(), locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW
        )

    def extend(self, other: StatsEntry) -> None:
        """Add what another entry holds, as a master does with a worker's report."""
        self._native.extend(other._native, locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

    def serialize(self) -> StatsEntryDict:
        report = {key: getattr(self, key, None) for key in ENTRY_KEYS}
        return {key: value.copy() if isinstance(value, dict) else value for key, value in report.items()}  # type: ignore[return-value]

    @classmethod
    def unserialize(cls, data: StatsEntryDict, stats: RequestStats) -> StatsEntry:
        """An entry from a dict; keys it does not know are ignored."""
        entry = cls(stats, data["name"], data["method"])
        for key, value in data.items():
            if key in ENTRY_KEYS[2:]:
                setattr(entry, key, value)
        return entry

    def get_stripped_report(self) -> StatsEntryDict:
        """The entry as a dict; the entry itself starts from zero."""
        report = self.serialize()
        self.reset()
        return report

    def to_string(self, current: bool = True) -> str:
        """The row of the console table, with current rates or those of the whole run."""
        rps = self.current_rps if current else self.total_rps
        failures = self.current_fail_per_sec if current else self.total_fail_per_sec
        return _native.render_row(
            (self.method or "", self.name),
            (self.num_requests, self.num_failures, self.fail_ratio),
            (
                self.avg_response_time,
                self.min_response_time or 0,
                self.max_response_time,
                self.median_response_time or 0,
            ),
            (rps or 0, failures or 0),
            widths(),
        )

    def __str__(self) -> str:
        return self.to_string(current=True)

    def percentile(self) -> str:
        """The row of the percentile table."""
        if not self.num_requests:
            raise ValueError("there is no percentile where no request was made")
        percentiles = [
            float(self.get_response_time_percentile(percent)) for percent in locust_stats.PERCENTILES_TO_REPORT
        ]
        return _native.render_percentile_row(
            (self.method or "", self.name),
            percentiles,
            self.num_requests,
            widths(),
        )

    def to_dict(self, escape_string_values: bool = False) -> dict[str, int | float | str]:
        """The row of the web interface's table."""
        least = self.min_response_time
        row: dict[str, int | float | str] = {
            "method": self.method,
            "name": self.name,
            "num_requests": self.num_requests,
            "num_failures": self.num_failures,
            "min_response_time": 0 if least is None else locust_stats.proper_round(least),
            "max_response_time": locust_stats.proper_round(self.max_response_time),
            "current_rps": self.current_rps,
            "current_fail_per_sec": self.current_fail_per_sec,
            "avg_response_time": self.avg_response_time,
            "median_response_time": self.median_response_time,
            "total_rps": self.total_rps,
            "total_fail_per_sec": self.total_fail_per_sec,
        }
        for percent in locust_stats.PERCENTILES_TO_STATISTICS:
            row[f"response_time_percentile_{percent}"] = self.get_response_time_percentile(percent)
        row["avg_content_length"] = self.avg_content_length
        return row
