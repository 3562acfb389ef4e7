"""Statistics: what was requested, how often, how fast, and what went wrong.

The sums live in the engine. `RequestStats`, `StatsEntry` and `StatsError` show them under Locust's names, to read and
to assign; a sample enters the engine directly as long as nothing here has been overridden or replaced.

The constants below may be assigned by a locustfile; they are read when they are used.
"""

from __future__ import annotations

import copyreg
import csv
import hashlib
import json
import logging
import os
import signal
import sys
import time
import weakref
from abc import abstractmethod
from collections import OrderedDict, defaultdict, namedtuple  # noqa: F401 (suites import them from here)
from copy import copy  # noqa: F401
from itertools import chain  # noqa: F401
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypedDict, TypeVar, cast  # noqa: F401

import gevent

from rlocust import _native
from rlocust._live import Attributes, CountsDict, LiveDict, WholeDict

from .exception import CatchResponseError  # noqa: F401
from .util.date import format_utc_timestamp
from .util.rounding import proper_round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

    from .env import Environment
    from .event import Events
    from .runners import Runner

console_logger = logging.getLogger("locust.stats_logger")
logger = logging.getLogger(__name__)


def _name_width_of_terminal() -> int | None:
    """What is left for names beside the other columns; nothing when there is no terminal."""
    try:
        columns = os.get_terminal_size().columns
    except OSError:
        return None
    return min(max(columns - 80, 0), 80)


_width = _name_width_of_terminal()
#: Width of the column of names in the console tables; follows the terminal while `STATS_AUTORESIZE` is true.
STATS_NAME_WIDTH = 80 if _width is None else _width
STATS_AUTORESIZE = True
STATS_TYPE_WIDTH = 8

#: Seconds between console tables, points of the history, rows of the CSV files and their flushes.
CONSOLE_STATS_INTERVAL_SEC = 2
HISTORY_STATS_INTERVAL_SEC = 5
CSV_STATS_INTERVAL_SEC = 1
CSV_STATS_FLUSH_INTERVAL_SEC = 5

#: How many seconds *current* percentiles look back.
CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW = 10

PERCENTILES_TO_REPORT = [0.50, 0.66, 0.75, 0.80, 0.90, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0]
PERCENTILES_TO_STATISTICS = [0.95, 0.99]
PERCENTILES_TO_CHART = [0.5, 0.95]

#: Points kept in the history: a day of them at the usual interval.
_MOST_POINTS = 17_280

CachedResponseTimes = namedtuple("CachedResponseTimes", ["response_times", "num_requests", "num_none_requests"])


def resize_handler(signum: int, frame: FrameType | None) -> None:
    global STATS_NAME_WIDTH
    width = _name_width_of_terminal()
    if STATS_AUTORESIZE and width is not None:
        STATS_NAME_WIDTH = width


try:
    signal.signal(signal.SIGWINCH, resize_handler)
except (AttributeError, ValueError):
    pass  # no such signal on Windows; not allowed outside the main thread


class CSVWriter(Protocol):
    @abstractmethod
    def writerow(self, columns: Iterable[str | int | float]) -> None: ...


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


class StatsHolder(Protocol):
    name: str
    method: str


S = TypeVar("S", bound=StatsHolder)


class RequestStatsAdditionError(Exception):
    pass


def bucket_response_time(response_time: int | float) -> int:
    """The histogram key of a response time: two significant digits, 147 becomes 150 and 58760 becomes 59000.

    Assign another function to `locust.stats.bucket_response_time` for finer or coarser percentiles. It runs for
    every request, so it should be cheap.
    """
    return _native.bucket_response_time(response_time)


_locusts_buckets = bucket_response_time


class _StatsModule(ModuleType):
    """Notices when a suite assigns its own bucketing function: the engine must then ask for each sample."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "bucket_response_time":
            _native.set_bucket_function(None if value is _locusts_buckets else value)


_StatsModule.__name__ = "module"  # as suites that look at types know it
sys.modules[__name__].__class__ = _StatsModule


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


class _Watched(type):
    """Notices when a suite replaces or puts back a method of a class whose work the engine does otherwise."""

    own: ClassVar[dict[type, dict[str, Any]]] = {}

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        _Watched.look()

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        _Watched.look()

    def is_own(cls) -> bool:
        """Whether this is one of our classes, not a subclass of a suite."""
        return cls in _Watched.own

    @staticmethod
    def look() -> None:
        _native.set_recording_patched(any(_Watched.is_changed(cls, own) for cls, own in _Watched.own.items()))

    @staticmethod
    def is_changed(cls: type, own: dict[str, Any]) -> bool:
        return any(vars(cls).get(name) is not value for name, value in own.items())


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
        entry = StatsEntry(stats, key[0], key[1], use_response_times_cache=stats.use_response_times_cache)
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
            self._set_quietly(key, StatsEntry._around(self.request_stats, key, native))

    def _put(self, key: tuple[str, str], value: Any) -> None:
        if self._source is None:
            return
        native = getattr(value, "_native", None)
        if type(value) is not StatsEntry:
            self._source.is_plain = False
        if not isinstance(native, _native.Entry):
            native = _native.Entry(str(key[0]), str(key[1]), time.time(), None)
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
            self._set_quietly(key, StatsError._around(native, error))

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


#: What we keep in an object where Locust keeps its values.
_HIDDEN = frozenset({"_native", "_total", "_entries", "_errors", "_keeps_cache", "_mirrors"})


def _locusts_attributes(row: Any) -> dict[str, Any]:
    """The attributes of an object whose values live in the engine, as Locust's has them."""
    own: Any = object.__getstate__(row) or {}  # the real `__dict__`
    rest = {name: value for name, value in own.items() if name not in _HIDDEN}
    return {name: getattr(row, name) for name in row._shown} | rest


#: For `vars()` and `__dict__`.
_dict_as_locusts: Any = property(lambda row: Attributes(row, lambda: _locusts_attributes(row)))


def _state_of_copy(row: Any) -> dict[str, Any]:
    """For copies and pickles, which hold the values of their moment and are in no recorder."""
    plain = _locusts_attributes(row).items()
    return {name: value.copy() if isinstance(value, LiveDict) else value for name, value in plain}


def _set_state(row: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        setattr(row, name, value)


def _empty_stats(kind: type[RequestStats], use_response_times_cache: bool) -> RequestStats:
    stats = kind.__new__(kind)
    RequestStats.__init__(stats, use_response_times_cache)
    return stats


def _empty_entry(kind: type[StatsEntry], name: str, method: str) -> StatsEntry:
    entry = kind.__new__(kind)
    entry._keeps_cache = False
    entry._native = _native.Entry(str(name), str(method), 0.0, None)
    return entry


def _entries_of(stats: RequestStats) -> Any:
    return stats.entries


class RequestStats(metaclass=_Watched):
    """The statistics of a run; a user reaches them as `self.environment.stats`.

    :param use_response_times_cache: whether entries can tell percentiles of the last seconds; workers do without
    """

    def __init__(self, use_response_times_cache: bool = True) -> None:
        self.use_response_times_cache = use_response_times_cache
        self._native = _native.Recorder(bool(use_response_times_cache), time.time())
        self._native.set_window(CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)
        self._native.is_plain = type(self).is_own()
        self._total: StatsEntry | None = None
        self._entries = EntriesDict(self)
        self._errors = ErrorsDict(self)
        self.history: list[dict[str, Any]] = []

    _shown = ("use_response_times_cache", "entries", "errors", "total", "history")

    __dict__ = _dict_as_locusts
    __getstate__ = _state_of_copy
    __setstate__ = _set_state

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
            self._total = StatsEntry._around(self, ("Aggregated", ""), native)
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
        self._entries = EntriesDict(self)
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
        self._errors = ErrorsDict(self)
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
        """One finished request; milliseconds, or None where there is no time to tell."""
        native = self._native
        if native.is_plain:
            native.log_request(method, name, response_time, content_length, time.time())
            return
        self.total.log(response_time, content_length)
        self.entries[(name, method)].log(response_time, content_length)

    def log_error(self, method: str, name: str, error: Exception | str | None) -> None:
        """One failure; its request is logged besides."""
        native = self._native
        if native.is_plain:
            native.log_error(method, name, error, time.time())
            return
        self.total.log_error(error)
        self.entries[(name, method)].log_error(error)
        key = StatsError.create_key(method, name, error)
        if key not in self.errors and (overflow := native.overflow_error):
            method, name, error = "", "", overflow
            key = StatsError.create_key(method, name, error)
        if key not in self.errors:
            self.errors[key] = StatsError(method, name, error)
        self.errors[key].occurred()

    def get(self, name: str, method: str) -> StatsEntry:
        """The entry of a name and method, made when there is none."""
        return self.entries[(name, method)]

    def reset_all(self) -> None:
        """Zero all entries where they are, forget errors and history."""
        self._errors._leave()
        for entry in (self.total, *dict.values(self._entries)):
            if isinstance(entry, StatsEntry):
                entry._leave_counts()
        if self._native.is_plain:
            self._native.reset_all(time.time())
        else:
            self._native.clear_errors()
            for entry in (self.total, *self.entries.values()):
                entry.reset()
        self._errors = ErrorsDict(self)
        self.history = []

    def clear_all(self) -> None:
        """Remove all entries, errors and history; what the start of a test does."""
        self._entries._leave()
        self._errors._leave()
        self._native.set_window(CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)
        self._native.clear_all(time.time())
        self._total = None
        self._entries = EntriesDict(self)
        self._errors = ErrorsDict(self)
        self.history = []

    def serialize_stats(self) -> list[StatsEntryDict]:
        """All entries with anything in them as dicts. **Resets them**: a worker sends what is new since last time."""
        return [entry.get_stripped_report() for entry in self.entries.values() if _has_samples(entry)]

    def serialize_errors(self) -> dict[str, StatsErrorDict]:
        return {key: error.serialize() for key, error in self.errors.items()}


def _has_samples(entry: StatsEntry) -> bool:
    return bool(entry.num_requests or entry.num_failures)


def _sum(name: str, doc: str) -> Any:
    """A sum that lives in the engine."""

    def read(entry: StatsEntry) -> Any:
        return getattr(entry._native, name)

    def write(entry: StatsEntry, value: Any) -> None:
        setattr(entry._native, name, value)

    return property(read, write, doc=doc)


def _counts(name: str, doc: str) -> Any:
    """A counting dict that lives in the engine."""

    def read(entry: StatsEntry) -> Any:
        counts = entry._mirrors.get(name) if entry._mirrors else None
        if counts is None:
            native = entry._native
            counts = CountsDict(lambda: native.counts(name), lambda counts: native.set_counts(name, counts))
            if entry._mirrors is None:
                entry._mirrors = weakref.WeakValueDictionary()
            entry._mirrors[name] = counts
        counts._pull()
        return counts

    def write(entry: StatsEntry, value: Any) -> None:
        rows = dict(value)
        if entry._mirrors and (replaced := entry._mirrors.pop(name, None)) is not None:
            replaced.leave()
        entry._native.set_counts(name, rows)

    return property(read, write, doc=doc)


#: The keys of a serialised entry, in the order in which they are written.
_ENTRY_KEYS = (
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


class StatsEntry(metaclass=_Watched):
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

    __dict__ = _dict_as_locusts
    __getstate__ = _state_of_copy
    __setstate__ = _set_state

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
        self._native = _native.Entry(str(name), str(method), time.time(), self._window())

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
        return CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW if self._keeps_cache else None

    @property
    def use_response_times_cache(self) -> bool:
        """Whether percentiles of the last seconds can be told."""
        return self._keeps_cache

    @use_response_times_cache.setter
    def use_response_times_cache(self, keeps_cache: bool) -> None:
        self._keeps_cache = bool(keeps_cache)
        if not keeps_cache:
            self._native.set_window_copies(None)
        elif self._native.window_copies() is None:
            self._native.set_window_copies([])

    num_requests: int = _sum("num_requests", "Requests made, failed ones included.")
    num_none_requests: int = _sum("num_none_requests", "Requests without a response time.")
    num_failures: int = _sum("num_failures", "Requests that failed.")
    total_response_time: float = _sum("total_response_time", "Sum of all response times.")
    min_response_time: float | None = _sum("min_response_time", "The shortest, exact; None before the first.")
    max_response_time: float = _sum("max_response_time", "The longest, exact.")
    total_content_length: int = _sum("total_content_length", "Sum of all response lengths.")
    start_time: float = _sum("start_time", "When this entry was made or reset.")
    last_request_timestamp: float | None = _sum("last_request_timestamp", "When the last request was logged.")
    response_times: dict[int, int] = _counts("response_times", "Requests by rounded response time.")
    num_reqs_per_sec: dict[int, int] = _counts("num_reqs_per_sec", "Requests by Unix second.")
    num_fail_per_sec: dict[int, int] = _counts("num_fail_per_sec", "Failures by Unix second.")

    @property
    def response_times_cache(self) -> dict[int, Any] | None:
        """Copies of the histogram by second, for percentiles of the last seconds; None where none are kept."""
        native = self._native
        if native.window_copies() is None:
            return None

        def read() -> dict[int, Any]:
            return {second: CachedResponseTimes(*kept) for second, *kept in native.window_copies() or ()}

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
        self._native.reset(time.time(), self._window())

    def log(self, response_time: int | float | None, content_length: int) -> None:
        """One finished request."""
        self._native.log(response_time, content_length, time.time(), CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

    def log_error(self, error: Exception | str | None) -> None:
        """One failure."""
        self._native.log_error(time.time())

    def _log_time_of_request(self, current_time: float) -> None:
        self._native.log_time_of_request(current_time)

    def _log_response_time(self, response_time: int | float | None) -> None:
        self._native.log_response_time(response_time)

    def _cache_response_times(self, t: int) -> None:
        self._native.cache_response_times(t, CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

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
        return self._native.current_percentile(percent, time.time(), CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

    def extend(self, other: StatsEntry) -> None:
        """Add what another entry holds, as a master does with a worker's report."""
        self._native.extend(other._native, CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW)

    def serialize(self) -> StatsEntryDict:
        report = {key: getattr(self, key, None) for key in _ENTRY_KEYS}
        return {key: value.copy() if isinstance(value, dict) else value for key, value in report.items()}  # type: ignore[return-value]

    @classmethod
    def unserialize(cls, data: StatsEntryDict, stats: RequestStats) -> StatsEntry:
        """An entry from a dict; keys it does not know are ignored."""
        entry = cls(stats, data["name"], data["method"])
        for key, value in data.items():
            if key in _ENTRY_KEYS[2:]:
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
            (STATS_TYPE_WIDTH, STATS_NAME_WIDTH),
        )

    def __str__(self) -> str:
        return self.to_string(current=True)

    def percentile(self) -> str:
        """The row of the percentile table."""
        if not self.num_requests:
            raise ValueError("there is no percentile where no request was made")
        percentiles = [float(self.get_response_time_percentile(percent)) for percent in PERCENTILES_TO_REPORT]
        return _native.render_percentile_row(
            (self.method or "", self.name), percentiles, self.num_requests, (STATS_TYPE_WIDTH, STATS_NAME_WIDTH)
        )

    def to_dict(self, escape_string_values: bool = False) -> dict[str, int | float | str]:
        """The row of the web interface's table."""
        least = self.min_response_time
        row: dict[str, int | float | str] = {
            "method": self.method,
            "name": self.name,
            "num_requests": self.num_requests,
            "num_failures": self.num_failures,
            "min_response_time": 0 if least is None else proper_round(least),
            "max_response_time": proper_round(self.max_response_time),
            "current_rps": self.current_rps,
            "current_fail_per_sec": self.current_fail_per_sec,
            "avg_response_time": self.avg_response_time,
            "median_response_time": self.median_response_time,
            "total_rps": self.total_rps,
            "total_fail_per_sec": self.total_fail_per_sec,
        }
        for percent in PERCENTILES_TO_STATISTICS:
            row[f"response_time_percentile_{percent}"] = self.get_response_time_percentile(percent)
        row["avg_content_length"] = self.avg_content_length
        return row


class StatsError(metaclass=_Watched):
    """A failure that occurred once or more: equal method, name and text are one row."""

    _shown = ("method", "name", "error", "occurrences", "first_seen", "last_seen")

    __dict__ = _dict_as_locusts
    __getstate__ = _state_of_copy

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self),), self.__getstate__()  # type: ignore[attr-defined]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._native = _native.ErrorRow(state["method"], state["name"], state["error"])
        _set_state(self, state)

    def __init__(
        self,
        method: str,
        name: str,
        error: Exception | str | None,
        occurrences: int = 0,
        first_seen: float | None = None,
        last_seen: float | None = None,
    ) -> None:
        self.method = method
        self.name = name
        self.error = error
        self._native = _native.ErrorRow(method, name, error)
        self.occurrences = occurrences
        self.first_seen = first_seen
        self.last_seen = last_seen

    @classmethod
    def _around(cls, native: Any, error: Any) -> StatsError:
        row = cls.__new__(cls)
        row.method = native.method
        row.name = native.name
        row.error = error
        row._native = native
        return row

    occurrences: int = _sum("occurrences", "How often.")
    first_seen: float | None = _sum("first_seen", "When first, in Unix seconds.")
    last_seen: float | None = _sum("last_seen", "When last, in Unix seconds.")

    @classmethod
    def parse_error(cls, error: Exception | str | None) -> str:
        """The text of an error. Memory addresses are masked, so that they do not make rows of their own."""
        return _native.error_text(error)

    @classmethod
    def create_key(cls, method: str, name: str, error: Exception | str | None) -> str:
        key = f"{method}.{name}.{cls.parse_error(error)!r}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

    def occurred(self) -> None:
        self._native.occurred(time.time())

    def to_name(self) -> str:
        """The line of the error report. Locust's own wrapper class is not shown."""
        return f"{self.method} {self.name}: {_native.shown_error(self.error)}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "name": self.name,
            "error": self.parse_error(self.error),
            "occurrences": self.occurrences,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
        }

    def serialize(self) -> StatsErrorDict:
        return {
            "name": self.name,
            "method": self.method,
            "error": self.parse_error(self.error),
            "occurrences": self.occurrences,
            "first_seen": self.first_seen,
            "last_seen": self.last_seen,
        }

    @classmethod
    def unserialize(cls, data: StatsErrorDict) -> StatsError:
        times = data.get("first_seen"), data.get("last_seen")
        return cls(data["method"], data["name"], data["error"], data["occurrences"], *times)


for _class in (RequestStats, StatsEntry, StatsError):
    _Watched.own[_class] = {name: value for name, value in vars(_class).items() if name[:2] != "__"}


def setup_distributed_stats_event_listeners(events: Events, stats: RequestStats) -> None:
    """Worker: what is new goes into each report. Master: reports are added up."""

    def on_report_to_master(client_id: str, data: dict[str, Any]) -> None:
        data["stats"] = stats.serialize_stats()
        data["stats_total"] = stats.total.get_stripped_report()
        data["errors"] = stats.serialize_errors()
        stats.errors = {}

    def on_worker_report(client_id: str, data: dict[str, Any]) -> None:
        for entry in data["stats"]:
            _merge_entry(stats, StatsEntry.unserialize(entry, stats))
        for key, error in data["errors"].items():
            _merge_error(stats, key, error)
        stats.total.extend(StatsEntry.unserialize(data["stats_total"], stats))

    events.report_to_master.add_listener(on_report_to_master)
    events.worker_report.add_listener(on_worker_report)


def _merge_entry(stats: RequestStats, reported: StatsEntry) -> None:
    key = (reported.name, reported.method)
    if key not in stats.entries:
        stats.entries[key] = StatsEntry(stats, *key, use_response_times_cache=True)
    stats.entries[key].extend(reported)


def _merge_error(stats: RequestStats, key: str, reported: StatsErrorDict) -> None:
    if key not in stats.errors:
        stats.errors[key] = StatsError.unserialize(reported)
        return
    known = stats.errors[key]
    known.occurrences += reported["occurrences"]
    first = [seen for seen in (known.first_seen, reported.get("first_seen")) if seen]
    last = [seen for seen in (known.last_seen, reported.get("last_seen")) if seen]
    known.first_seen = min(first, default=None)
    known.last_seen = max(last, default=None)


def _is_ours(stats: RequestStats) -> bool:
    """Whether the engine may write a whole table by itself: nothing it would bypass was replaced."""
    return type(stats) is RequestStats and stats._native.is_plain


def _widths() -> tuple[int, int]:
    return STATS_TYPE_WIDTH, STATS_NAME_WIDTH


def get_stats_summary(stats: RequestStats, current: bool = True) -> list[str]:
    """The request table as lines, with current rates or those of the whole run."""
    if _is_ours(stats):
        return _native.render_requests(stats._native, current, _widths())
    header, separator = _native.render_requests_head(_widths())
    rows = [entry.to_string(current=current) for entry in sort_stats(stats.entries)]
    return [header, separator, *rows, separator, stats.total.to_string(current=current)]


def get_percentile_stats_summary(stats: RequestStats) -> list[str]:
    """The percentile table as lines."""
    percentiles = [float(percent) for percent in PERCENTILES_TO_REPORT]
    if _is_ours(stats):
        return _native.render_percentiles(stats._native, percentiles, _widths())
    title, header, separator = _native.render_percentiles_head(percentiles, _widths())
    rows = [entry.percentile() for entry in sort_stats(stats.entries) if entry.response_times]
    total = [stats.total.percentile()] if stats.total.response_times else []
    return [title, header, separator, *rows, separator, *total]


def get_error_report_summary(stats: RequestStats) -> list[str]:
    """The error report as lines."""
    rows = [(error.occurrences, error.to_name()) for error in stats.errors.values()]
    return _native.render_errors(rows, STATS_NAME_WIDTH)


def get_accounting_summary(stats: RequestStats) -> list[str]:
    """What Locust's tables do not show, in a few lines: samples that were cut or never reported, attempts on the
    wire, scheduling lag. Empty when there is nothing to tell. (rlocust only.)"""
    return _native.render_accounting(stats._native)


def get_lag_warning(stats: RequestStats) -> str | None:
    """One sentence on what the scheduling lag of this run means, where it is large. (rlocust only.)"""
    return _native.lag_warning(stats._native)


def print_lag(stats: RequestStats) -> None:
    """Scheduling lag so far, below the request table. (rlocust only.)"""
    line = _native.render_lag(stats._native)
    if line:
        _print_lines([line, ""])


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        console_logger.info(line)


def print_stats(stats: RequestStats, current: bool = True) -> None:
    _print_lines([*get_stats_summary(stats, current), ""])


def print_percentile_stats(stats: RequestStats) -> None:
    _print_lines([*get_percentile_stats_summary(stats), ""])


def print_error_report(stats: RequestStats) -> None:
    if stats.errors:
        _print_lines(get_error_report_summary(stats))


def print_accounting(stats: RequestStats) -> None:
    """Printed after Locust's own tables. (rlocust only.)"""
    lines = get_accounting_summary(stats)
    if lines:
        _print_lines([*lines, ""])


def print_machines(lines: list[str]) -> None:
    """CPU and memory of the generator and of the target, where they were watched. (rlocust only.)"""
    if lines:
        _print_lines([*lines, ""])


def _entries_as_json(stats: RequestStats) -> list[StatsEntryDict]:
    """As `serialize_stats`, but the entries stay: Locust empties the tables that are printed afterwards."""
    return [entry.serialize() for entry in stats.entries.values() if _has_samples(entry)]


def print_stats_json(stats: RequestStats) -> None:
    print(json.dumps(_entries_as_json(stats), indent=4))


def save_stats_json(stats: RequestStats, filename: str) -> None:
    with open(f"{filename}.json", "w") as file:
        json.dump(_entries_as_json(stats), file, indent=4)


def stats_printer(stats: RequestStats) -> Callable[[], None]:
    """A function for a greenlet of its own: prints the request table every `CONSOLE_STATS_INTERVAL_SEC`."""

    def print_for_ever() -> None:
        try:
            while True:
                print_stats(stats)
                print_lag(stats)
                gevent.sleep(CONSOLE_STATS_INTERVAL_SEC)
        except KeyboardInterrupt as interrupt:
            logger.debug(interrupt, exc_info=True)

    return print_for_ever


def update_stats_history(runner: Runner, timestamp: str | None = None) -> None:
    """Append the current figures to the history that charts are drawn from."""
    total = runner.stats.total
    time_of_point = timestamp or format_utc_timestamp(time.time())
    figures: dict[str, Any] = {
        f"response_time_percentile_{percent}": total.get_current_response_time_percentile(percent) or 0
        for percent in PERCENTILES_TO_CHART
    }
    figures["current_rps"] = total.current_rps or 0
    figures["current_fail_per_sec"] = total.current_fail_per_sec or 0
    figures["total_avg_response_time"] = proper_round(total.avg_response_time, digits=2)
    figures["user_count"] = runner.user_count or 0
    point: dict[str, Any] = {name: [time_of_point, value] for name, value in figures.items()}
    point["time"] = time_of_point
    history = runner.stats.history
    history.append(point)
    if len(history) > _MOST_POINTS:
        # A coarser past, the run as a whole: every second point of the older half goes.
        del history[1 : _MOST_POINTS // 2 : 2]


def stats_history(runner: Runner) -> None:
    """For a greenlet of its own: a point of the history every `HISTORY_STATS_INTERVAL_SEC` while a test runs."""
    try:
        while runner.stats.total.use_response_times_cache:
            if runner.state not in ("ready", "stopped"):
                update_stats_history(runner)
            gevent.sleep(HISTORY_STATS_INTERVAL_SEC)
    except KeyboardInterrupt as interrupt:
        logger.debug(interrupt, exc_info=True)


class StatsCSV:
    """Writes the statistics of an environment as rows, to anything with a `writerow`.

    :param percentiles_to_report: fractions, a column each
    """

    def __init__(self, environment: Environment, percentiles_to_report: list[float]) -> None:
        self.environment = environment
        self.percentiles_to_report = percentiles_to_report
        self.percentiles_na = ["N/A"] * len(percentiles_to_report)
        columns = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
        columns += "Max Response Time,Average Content Size,Requests/s,Failures/s"
        self.requests_csv_columns = [*columns.split(","), *get_readable_percentiles(percentiles_to_report)]
        self.failures_columns = ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"]
        self.exceptions_columns = ["Count", "Message", "Traceback", "Nodes"]

    def requests_csv(self, csv_writer: CSVWriter) -> None:
        """A row per entry and one of all, under a header."""
        csv_writer.writerow(self.requests_csv_columns)
        self._requests_data_rows(csv_writer)

    def failures_csv(self, csv_writer: CSVWriter) -> None:
        """A row per different failure, under a header."""
        csv_writer.writerow(self.failures_columns)
        self._failures_data_rows(csv_writer)

    def exceptions_csv(self, csv_writer: CSVWriter) -> None:
        """A row per different exception of the suite's own code, under a header."""
        csv_writer.writerow(self.exceptions_columns)
        self._exceptions_data_rows(csv_writer)

    def close_files(self) -> None:
        """Nothing is open here; see `StatsCSVFileWriter`."""

    def _requests_data_rows(self, csv_writer: CSVWriter) -> None:
        stats = self.environment.stats
        for entry in (*sort_stats(stats.entries), stats.total):
            csv_writer.writerow(
                [
                    entry.method,
                    entry.name,
                    *self._whole_run_fields(entry),
                    entry.total_rps,
                    entry.total_fail_per_sec,
                    *self._percentile_fields(entry),
                ]
            )

    def _whole_run_fields(self, entry: StatsEntry) -> list[Any]:
        return [
            entry.num_requests,
            entry.num_failures,
            entry.median_response_time,
            entry.avg_response_time,
            entry.min_response_time or 0,
            entry.max_response_time,
            entry.avg_content_length,
        ]

    def _percentile_fields(self, stats_entry: StatsEntry, use_current: bool = False) -> list[str] | list[int]:
        if not stats_entry.num_requests:
            return self.percentiles_na
        read: Callable[[float], int | None] = stats_entry.get_response_time_percentile
        if use_current and stats_entry.use_response_times_cache:
            read = stats_entry.get_current_response_time_percentile
        return [int(read(percentile) or 0) for percentile in self.percentiles_to_report]

    def _failures_data_rows(self, csv_writer: CSVWriter) -> None:
        for error in sort_stats(self.environment.stats.errors):
            seen = ("" if at is None else format_utc_timestamp(at) for at in (error.first_seen, error.last_seen))
            text = StatsError.parse_error(error.error)
            csv_writer.writerow([error.method, error.name, text, error.occurrences, *seen])

    def _exceptions_data_rows(self, csv_writer: CSVWriter) -> None:
        runner = self.environment.runner
        for row in runner.exceptions.values() if runner is not None else ():
            csv_writer.writerow([row["count"], row["msg"], row["traceback"], ", ".join(row["nodes"])])


class StatsCSVFileWriter(StatsCSV):
    """Writes four files whose names start with `base_filepath`, again and again while a greenlet runs this object.

    Three are written anew each time; `_stats_history.csv` gets a row each time, or with `full_history` one per entry.
    `close_files` writes the last figures: Locust leaves out what came after the last round.
    """

    def __init__(
        self,
        environment: Environment,
        percentiles_to_report: list[float],
        base_filepath: str,
        full_history: bool = False,
    ) -> None:
        super().__init__(environment, percentiles_to_report)
        self.base_filepath = base_filepath
        self.full_history = full_history
        self.requests_csv_filehandle, self.requests_csv_writer = self._open(f"{base_filepath}_stats.csv")
        self.stats_history_csv_filehandle, self.stats_history_csv_writer = self._open(self.stats_history_file_name())
        self.failures_csv_filehandle, self.failures_csv_writer = self._open(f"{base_filepath}_failures.csv")
        self.exceptions_csv_filehandle, self.exceptions_csv_writer = self._open(f"{base_filepath}_exceptions.csv")
        self.failures_csv_data_start = 0
        self.exceptions_csv_data_start = 0
        self._requests_csv_data_start = 0
        self._has_headers = False
        columns = "Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
        columns += "Total Min Response Time,Total Max Response Time,Total Average Content Size"
        self.stats_history_csv_columns = [
            *("Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"),
            *get_readable_percentiles(percentiles_to_report),
            *columns.split(","),
        ]

    @staticmethod
    def _open(path: str) -> tuple[Any, Any]:
        # The csv module ends its lines itself.
        file = open(path, "w", newline="")
        return file, csv.writer(file)

    def __call__(self) -> None:
        self.stats_writer()

    def stats_writer(self) -> None:
        """For a greenlet of its own: a round every `CSV_STATS_INTERVAL_SEC`."""
        self._write_headers()
        flushed_at = 0.0
        try:
            while True:
                now = time.time()
                self._write_round(now)
                if now - flushed_at > CSV_STATS_FLUSH_INTERVAL_SEC:
                    self._flush()
                    flushed_at = now
                gevent.sleep(CSV_STATS_INTERVAL_SEC)
        except KeyboardInterrupt as interrupt:
            logger.debug(interrupt, exc_info=True)

    def _write_headers(self) -> None:
        self.requests_csv_writer.writerow(self.requests_csv_columns)
        self._requests_csv_data_start = self.requests_csv_filehandle.tell()
        self.stats_history_csv_writer.writerow(self.stats_history_csv_columns)
        self.failures_csv_writer.writerow(self.failures_columns)
        self.failures_csv_data_start = self.failures_csv_filehandle.tell()
        self.exceptions_csv_writer.writerow(self.exceptions_columns)
        self.exceptions_csv_data_start = self.exceptions_csv_filehandle.tell()
        self._has_headers = True

    def _write_round(self, now: float) -> None:
        self.requests_csv_filehandle.seek(self._requests_csv_data_start)
        self._requests_data_rows(self.requests_csv_writer)
        self.requests_csv_filehandle.truncate()
        self._stats_history_data_rows(self.stats_history_csv_writer, now)
        self.failures_csv_filehandle.seek(self.failures_csv_data_start)
        self._failures_data_rows(self.failures_csv_writer)
        self.failures_csv_filehandle.truncate()
        self.exceptions_csv_filehandle.seek(self.exceptions_csv_data_start)
        self._exceptions_data_rows(self.exceptions_csv_writer)
        self.exceptions_csv_filehandle.truncate()

    def _stats_history_data_rows(self, csv_writer: CSVWriter, now: float) -> None:
        stats, runner = self.environment.stats, self.environment.runner
        users = runner.user_count if runner is not None else 0
        for entry in (*(sort_stats(stats.entries) if self.full_history else ()), stats.total):
            rates = f"{entry.current_rps:f}", f"{entry.current_fail_per_sec:f}"
            percentiles = self._percentile_fields(entry, use_current=self.full_history)
            csv_writer.writerow(
                [int(now), users, entry.method or "", entry.name, *rates, *percentiles, *self._whole_run_fields(entry)]
            )

    def _flush(self) -> None:
        self.requests_flush()
        self.stats_history_flush()
        self.failures_flush()
        self.exceptions_flush()

    def requests_flush(self) -> None:
        self.requests_csv_filehandle.flush()

    def stats_history_flush(self) -> None:
        self.stats_history_csv_filehandle.flush()

    def failures_flush(self) -> None:
        self.failures_csv_filehandle.flush()

    def exceptions_flush(self) -> None:
        self.exceptions_csv_filehandle.flush()

    def close_files(self) -> None:
        if self._has_headers and not self.requests_csv_filehandle.closed:
            self._write_round(time.time())
        self.requests_csv_filehandle.close()
        self.stats_history_csv_filehandle.close()
        self.failures_csv_filehandle.close()
        self.exceptions_csv_filehandle.close()

    def stats_history_file_name(self) -> str:
        return f"{self.base_filepath}_stats_history.csv"


_CSV_CLASSES = {kind: dict(vars(kind)) for kind in (StatsCSV, StatsCSVFileWriter)}


def has_own_csv_writer() -> bool:
    """Whether a suite replaced the writer of CSV files or a method of it: the engine then leaves the writing to it."""
    if StatsCSVFileWriter not in _CSV_CLASSES or StatsCSV not in _CSV_CLASSES:
        return True
    return any(_Watched.is_changed(kind, own) for kind, own in _CSV_CLASSES.items())


def _is_valid_percentile(parameter: Any) -> bool:
    try:
        return 0 < float(parameter) < 1
    except ValueError:
        return False


def validate_stats_configuration() -> None:
    """Ends the program with exit code 1 when a suite has set percentiles that no chart or table can show."""
    if len(PERCENTILES_TO_CHART) > 6:
        _refuse("stats.PERCENTILES_TO_CHART parameter should be a maximum of 6 parameters \n")
    for name, percentiles in (
        ("PERCENTILES_TO_CHART", PERCENTILES_TO_CHART),
        ("PERCENTILES_TO_STATISTICS", PERCENTILES_TO_STATISTICS),
    ):
        if not all(_is_valid_percentile(percentile) for percentile in percentiles):
            _refuse(f"stats.{name} parameter need to be float and value between. 0 < percentile < 1 Eg 0.95\n")


def _refuse(message: str) -> None:
    sys.stderr.write(message)
    sys.exit(1)
