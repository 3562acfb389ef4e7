"""The dicts of entries and of errors: what is in them lives in the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlocust import _native
from rlocust._live import LiveDict

from .. import stats as locust_stats

if TYPE_CHECKING:
    from .entry import StatsEntry
    from .request_stats import RequestStats


class EntriesDict(LiveDict[Any, Any]):
    """Entries by `(name, method)`. A missing one is made when it is asked for with brackets; once there are as many as
    `--max-names` allows, the one that stands for all the others is given instead."""

    def __init__(self, request_stats: RequestStats) -> None:
        super().__init__()
        self.request_stats = request_stats
        self._source: Any = request_stats._native
        self._epoch = 0

    def __missing__(self, key: tuple[str, str]) -> StatsEntry:
        stats = self.request_stats
        kept = (_native.kept_name(str(key[0])), _native.kept_name(str(key[1])))
        if len(kept[0]) < len(str(key[0])) or len(kept[1]) < len(str(key[1])):
            return self[kept]
        overflow = self._source.overflow_entry if self._source is not None else None
        if overflow not in (None, key):
            return self[overflow]
        entry = locust_stats.StatsEntry(stats, key[0], key[1], use_response_times_cache=stats.use_response_times_cache)
        self[key] = entry
        return entry

    def _pull(self) -> None:
        if self._source is None:
            return
        epoch, afresh, rows = self._source.entries_since(self._epoch, self._known())
        if afresh:
            self._clear_quietly()
        self._epoch = epoch
        for key, native in rows:
            self._set_quietly(key, locust_stats.StatsEntry._around(self.request_stats, key, native))

    def _put(self, key: tuple[str, str], value: Any) -> None:
        if self._source is None:
            return
        native = getattr(value, "_native", None)
        if type(value) is not locust_stats.StatsEntry:
            self._source.is_plain = False
        if not isinstance(native, _native.Entry):
            native = _native.Entry(str(key[0]), str(key[1]), locust_stats.time.time(), None)
        self._source.put_entry(str(key[0]), str(key[1]), native)

    def _drop(self, key: tuple[str, str]) -> None:
        if self._source is not None:
            self._source.remove_entry(str(key[0]), str(key[1]))

    def _empty(self) -> None:
        if self._source is not None:
            self._source.clear_entries()

    def __reduce__(self) -> Any:
        return super().__reduce__() if self._source is None else (_entries_of, (self.request_stats,))

    def _leave(self) -> None:
        """From now on this is a dict of what was there."""
        self._pull()
        self._source = None


class ErrorsDict(LiveDict[str, Any]):
    """Errors by their key."""

    def __init__(self, request_stats: RequestStats) -> None:
        super().__init__()
        self._source: Any = request_stats._native
        self._epoch = 0

    def _pull(self) -> None:
        if self._source is None:
            return
        epoch, afresh, rows = self._source.errors_since(self._epoch, self._known())
        if afresh:
            self._clear_quietly()
        self._epoch = epoch
        for key, native, error in rows:
            self._set_quietly(key, locust_stats.StatsError._around(native, error))

    def _put(self, key: str, value: Any) -> None:
        if self._source is not None:
            native = getattr(value, "_native", None) or _native.ErrorRow("", "", str(value))
            self._source.put_error(key, native)

    def _drop(self, key: str) -> None:
        if self._source is not None:
            self._source.remove_error(key)

    def _empty(self) -> None:
        if self._source is not None:
            self._source.clear_errors()

    def _leave(self) -> None:
        self._pull()
        self._source = None


def _entries_of(stats: RequestStats) -> Any:
    return stats.entries
