"""The statistics of a run as a whole: entries, their aggregate, errors, history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rlocust import _native

from .. import stats as locust_stats
from .attributes import dict_as_locusts, set_state, state_of_copy
from .patchable import Patchable

if TYPE_CHECKING:
    from .entry import StatsEntry
    from .error import StatsError
    from .reports import StatsEntryDict, StatsErrorDict


def _empty_stats(kind: type[RequestStats], use_response_times_cache: bool) -> RequestStats:
    stats = kind.__new__(kind)
    locust_stats.RequestStats.__init__(stats, use_response_times_cache)
    return stats


class RequestStats(metaclass=Patchable):
    """The statistics of a run; a user reaches them as `self.environment.stats`.

    :param use_response_times_cache: whether entries know percentiles of the last seconds; workers do without
    """

    def __init__(self, use_response_times_cache: bool = True) -> None:
        self.use_response_times_cache = use_response_times_cache
        self._native = _native.Recorder(bool(use_response_times_cache), locust_stats.time.time())
        self._native.set_window(locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)
        self._native.is_plain = type(self).is_own()
        self._total: StatsEntry | None = None
        self._entries = locust_stats.EntriesDict(self)
        self._errors = locust_stats.ErrorsDict(self)
        self.history: list[dict[str, Any]] = []
        #: Of the report that listeners are called with: the part that they do not see (`EXACT_PART`).
        self._exact_part: Any = None
        #: Of a master's node, where the suite has a hand in reports: it adds them up exactly.
        self._merge_report: Callable[[dict[str, Any]], None] | None = None

    _shown = ("use_response_times_cache", "entries", "errors", "total", "history")

    __dict__ = dict_as_locusts
    __getstate__ = state_of_copy
    __setstate__ = set_state

    def __reduce__(self) -> Any:
        return _empty_stats, (type(self), self.use_response_times_cache), self.__getstate__()

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ("log_request", "log_error"):
            self._native.is_plain = False

    @property
    def total(self) -> StatsEntry:
        """The aggregate of all entries, an entry of its own; a test start replaces it."""
        native = self._native.total
        if self._total is None or not self._total._native.is_same(native):
            self._total = locust_stats.StatsEntry._around(self, ("Aggregated", ""), native)
        return self._total

    @total.setter
    def total(self, entry: StatsEntry) -> None:
        self._native.total = entry._native
        self._total = entry
        if not type(entry).is_own():
            self._native.is_plain = False

    @property
    def entries(self) -> dict[tuple[str, str], StatsEntry]:
        """`{(name, method): StatsEntry}`; asking for a missing key with brackets makes the entry."""
        self._entries._pull()
        return self._entries

    @entries.setter
    def entries(self, entries: dict[tuple[str, str], StatsEntry]) -> None:
        rows = dict(entries)
        self._entries._leave()
        self._native.clear_entries()
        self._entries = locust_stats.EntriesDict(self)
        self._entries.update(rows)

    @property
    def errors(self) -> dict[str, StatsError]:
        """`{key: StatsError}` in the order of the first occurrence."""
        self._errors._pull()
        return self._errors

    @errors.setter
    def errors(self, errors: dict[str, StatsError]) -> None:
        rows = dict(errors)
        self._errors._leave()
        self._native.clear_errors()
        self._errors = locust_stats.ErrorsDict(self)
        self._errors.update(rows)

    @property
    def num_requests(self) -> int:
        return self.total.num_requests

    @property
    def num_none_requests(self) -> int:
        return self.total.num_none_requests

    @property
    def num_failures(self) -> int:
        return self.total.num_failures

    @property
    def last_request_timestamp(self) -> float | None:
        return self.total.last_request_timestamp

    @property
    def start_time(self) -> float:
        return self.total.start_time

    def log_request(self, method: str, name: str, response_time: int | float | None, content_length: int) -> None:
        """One finished request; milliseconds, or None where there is no time."""
        native = self._native
        if native.is_plain:
            native.log_request(method, name, response_time, content_length, locust_stats.time.time())
            return
        self.total.log(response_time, content_length)
        self.entries[(name, method)].log(response_time, content_length)

    def log_error(self, method: str, name: str, error: Exception | str | None) -> None:
        """One failure; its request is logged besides."""
        native = self._native
        if native.is_plain:
            native.log_error(method, name, error, locust_stats.time.time())
            return
        self.total.log_error(error)
        self.entries[(name, method)].log_error(error)
        key = locust_stats.StatsError.create_key(method, name, error)
        if key not in self.errors and (overflow := native.overflow_error):
            method, name, error = "", "", overflow
            key = locust_stats.StatsError.create_key(method, name, error)
        if key not in self.errors:
            self.errors[key] = locust_stats.StatsError(method, name, error)
        self.errors[key].occurred()

    def get(self, name: str, method: str) -> StatsEntry:
        """The entry of a name and method, made when there is none."""
        return self.entries[(name, method)]

    def reset_all(self) -> None:
        """Zero all entries where they are, forget errors and history."""
        self._errors._leave()
        for entry in (self.total, *dict.values(self._entries)):
            if isinstance(entry, locust_stats.StatsEntry):
                entry._leave_counts()
        if self._native.is_plain:
            self._native.reset_all(locust_stats.time.time())
        else:
            self._native.clear_errors()
            for entry in (self.total, *self.entries.values()):
                entry.reset()
        self._errors = locust_stats.ErrorsDict(self)
        self.history = []

    def clear_all(self) -> None:
        """Remove all entries, errors and history; what the start of a test does."""
        self._entries._leave()
        self._errors._leave()
        self._native.set_window(locust_stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)
        self._native.clear_all(locust_stats.time.time())
        self._total = None
        self._entries = locust_stats.EntriesDict(self)
        self._errors = locust_stats.ErrorsDict(self)
        self.history = []

    def serialize_stats(self) -> list[StatsEntryDict]:
        """All entries with anything in them as dicts. **Resets them**: a worker sends what is new since last time."""
        return [entry.get_stripped_report() for entry in self.entries.values() if has_samples(entry)]

    def serialize_errors(self) -> dict[str, StatsErrorDict]:
        return {key: error.serialize() for key, error in self.errors.items()}


def has_samples(entry: StatsEntry) -> bool:
    return bool(entry.num_requests or entry.num_failures)
