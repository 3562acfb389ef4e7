"""Statistics: what was requested, how often, how fast, and what went wrong.

The sums live in the engine. `RequestStats`, `StatsEntry` and `StatsError` show them under Locust's names, to read and
to assign; a sample enters the engine directly as long as nothing here has been overridden or replaced.

The constants below may be assigned by a locustfile; they are read when they are used. So may every function and class
of this module be replaced: their parts lie in `_stats`, and look each other up here.
"""

from __future__ import annotations

import csv  # noqa: F401 (suites import these from here, or replace them here)
import hashlib  # noqa: F401
import json  # noqa: F401
import logging
import os
import signal
import sys
import time  # noqa: F401
from abc import abstractmethod  # noqa: F401
from collections import OrderedDict, defaultdict, namedtuple  # noqa: F401
from copy import copy  # noqa: F401
from itertools import chain  # noqa: F401
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar, cast  # noqa: F401

import gevent  # noqa: F401

from rlocust import _native
from rlocust._modules import adopt

from ._stats.csv_files import StatsCSVFileWriter, has_own_csv_writer  # noqa: F401
from ._stats.csv_rows import CSVWriter, StatsCSV  # noqa: F401
from ._stats.entry import StatsEntry
from ._stats.error import StatsError
from ._stats.functions import (  # noqa: F401
    S,
    StatsHolder,
    avg,
    calculate_response_time_percentile,
    diff_response_time_dicts,
    get_readable_percentiles,
    sort_stats,
)
from ._stats.history import stats_history, update_stats_history  # noqa: F401
from ._stats.json_dump import print_stats_json, save_stats_json  # noqa: F401
from ._stats.live_rows import EntriesDict, ErrorsDict  # noqa: F401
from ._stats.patchable import Patchable
from ._stats.reports import (  # noqa: F401
    StatsBaseDict,
    StatsEntryDict,
    StatsErrorDict,
    setup_distributed_stats_event_listeners,
)
from ._stats.request_stats import RequestStats
from ._stats.tables import (  # noqa: F401
    get_accounting_summary,
    get_error_report_summary,
    get_lag_warning,
    get_percentile_stats_summary,
    get_stats_summary,
    print_accounting,
    print_error_report,
    print_lag,
    print_machines,
    print_percentile_stats,
    print_stats,
    print_streams,
    stats_printer,
)
from .exception import CatchResponseError  # noqa: F401
from .util.date import format_utc_timestamp  # noqa: F401
from .util.rounding import proper_round  # noqa: F401

if TYPE_CHECKING:
    from types import FrameType

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


adopt(globals(), f"{__package__}._stats.")
for _class in (RequestStats, StatsEntry, StatsError):
    Patchable.remember(_class)
