"""Replaces each public name of `locust.stats` in turn and prints what is seen without and with it, as JSON lines.

Run by both sides of `test_stats.py`. A replacement that shows nothing fails the program; a name whose replacement can
show nothing here stands in a list, with the reason. The lists together are all public names of real Locust's module.
"""

from __future__ import annotations

import csv
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

NOW = [1_700_000_000.25]
time.time = lambda: NOW[0]
IS_OURS = "--ours" in sys.argv

if IS_OURS:
    import rlocust

    rlocust.install()

import gevent
from locust.env import Environment

from locust import stats


class Slept(BaseException):
    """Ends an endless loop where it would sleep."""


@contextmanager
def awake(rounds: int = 1) -> Iterator[list[float]]:
    """What the loops of the module would have slept; they end after so many rounds."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        NOW[0] += 2
        if len(slept) == rounds:
            raise Slept

    with mock.patch.object(gevent, "sleep", sleep):
        try:
            yield slept
        except Slept:
            pass


def filled() -> Any:
    """Statistics of two names, some seconds apart, with a failure."""
    NOW[0] = 1_700_000_000.25
    sums = stats.RequestStats()
    for response_time in (10, 123, 4567):
        NOW[0] += 3
        sums.log_request("GET", "/b", response_time, 100)
        sums.log_request("GET", "/a", response_time / 3, 100)
    sums.log_error("GET", "/a", ValueError("no"))
    return sums


def entry() -> Any:
    return filled().get("/a", "GET")


def request_table() -> list[str]:
    return stats.get_stats_summary(filled(), current=False)


def percentile_table() -> list[str]:
    return stats.get_percentile_stats_summary(filled())


def logged(work: Callable[[], Any]) -> list[str]:
    """What `work` prints on the logger of the console or on its replacement."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.name}: {record.getMessage()}")
    for name in ("locust.stats_logger", "another"):
        logging.getLogger(name).setLevel(logging.INFO)
        logging.getLogger(name).addHandler(handler)
    try:
        work()
    finally:
        for name in ("locust.stats_logger", "another"):
            logging.getLogger(name).removeHandler(handler)
    return lines


def printer() -> tuple[list[float], list[str]]:
    """What the printer of tables sleeps and prints in one round."""
    with awake() as slept:
        lines = logged(lambda: one_round(stats.stats_printer(filled())))
    return slept, lines


def one_round(loop: Callable[[], Any]) -> None:
    try:
        loop()
    except Slept:
        pass


def history() -> tuple[list[float], Any]:
    """What the loop of the history sleeps, and the point it makes."""
    runner = SimpleNamespace(stats=filled(), state="running", user_count=3)
    with awake() as slept:
        stats.stats_history(runner)
    return slept, runner.stats.history


def csv_rows() -> list[Any]:
    """All rows that a `StatsCSV` writes."""
    rows: list[Any] = []
    environment = Environment()
    environment.stats = filled()
    target = SimpleNamespace(writerow=lambda row: rows.append(list(row)))
    writer = stats.StatsCSV(environment, stats.PERCENTILES_TO_REPORT)
    writer.requests_csv(target)
    writer.failures_csv(target)
    return rows


def csv_files() -> tuple[list[float], int, str]:
    """Three rounds of the writer of files: how long it sleeps, how often it flushes, what it has written."""
    environment, flushes = Environment(), []
    environment.stats = filled()
    with tempfile.TemporaryDirectory() as folder:
        writer = stats.StatsCSVFileWriter(environment, [0.5], f"{folder}/x")
        writer.stats_history_flush = lambda: flushes.append(1)
        with awake(rounds=3) as slept:
            writer.stats_writer()
        writer.requests_csv_filehandle.flush()
        return slept, len(flushes), Path(f"{folder}/x_stats.csv").read_text()


def width_after_resize() -> int:
    was = stats.STATS_NAME_WIDTH
    with mock.patch.object(os, "get_terminal_size", lambda *_: os.terminal_size((101, 40))):
        stats.resize_handler(0, None)
    now, stats.STATS_NAME_WIDTH = stats.STATS_NAME_WIDTH, was
    return now


def json_file() -> str:
    with tempfile.TemporaryDirectory() as folder:
        stats.save_stats_json(filled(), f"{folder}/x")
        return Path(f"{folder}/x.json").read_text()


def class_names(*objects: Any) -> list[str]:
    return [type(each).__name__ for each in objects]


def subclass(name: str) -> Any:
    return type("Replaced", (getattr(stats, name),), {})


def cached() -> Any:
    return (entry().response_times_cache or {}).values()


#: Name -> what is put in its place, and where that shows.
CASES: dict[str, tuple[Any, Callable[[], Any]]] = {
    "CONSOLE_STATS_INTERVAL_SEC": (7, printer),
    "HISTORY_STATS_INTERVAL_SEC": (8, history),
    "CSV_STATS_INTERVAL_SEC": (9, csv_files),
    "CSV_STATS_FLUSH_INTERVAL_SEC": (0, csv_files),
    "CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW": (3, lambda: entry().get_current_response_time_percentile(0.5)),
    "STATS_NAME_WIDTH": (23, request_table),
    "STATS_TYPE_WIDTH": (17, request_table),
    "STATS_AUTORESIZE": (False, width_after_resize),
    "PERCENTILES_TO_REPORT": ([0.3, 0.77], percentile_table),
    "PERCENTILES_TO_STATISTICS": ([0.3], lambda: sorted(entry().to_dict())),
    "PERCENTILES_TO_CHART": ([0.3, 0.77], history),
    "bucket_response_time": (lambda response_time: 7, lambda: dict(entry().response_times)),
    "CachedResponseTimes": (subclass("CachedResponseTimes"), lambda: class_names(*cached())),
    "StatsEntry": (subclass("StatsEntry"), lambda: class_names(entry(), filled().total)),
    "StatsError": (subclass("StatsError"), lambda: class_names(*filled().errors.values())),
    "EntriesDict": (subclass("EntriesDict"), lambda: class_names(filled().entries)),
    "sort_stats": (
        lambda rows: [rows[key] for key in sorted(rows, reverse=True)],
        lambda: [request_table(), csv_rows()],
    ),
    "get_readable_percentiles": (lambda percentiles: ["a", "b"], csv_rows),
    "get_stats_summary": (lambda sums, current=True: ["replaced"], printer),
    "get_percentile_stats_summary": (
        lambda sums: ["replaced"],
        lambda: logged(lambda: stats.print_percentile_stats(filled())),
    ),
    "get_error_report_summary": (lambda sums: ["replaced"], lambda: logged(lambda: stats.print_error_report(filled()))),
    "print_stats": (lambda sums, current=True: stats.console_logger.info("replaced"), printer),
    "update_stats_history": (lambda runner, timestamp=None: runner.stats.history.append("replaced"), history),
    "console_logger": (logging.getLogger("another"), printer),
    "format_utc_timestamp": (lambda timestamp: "then", lambda: [history(), csv_rows()]),
    "proper_round": (lambda value, digits=0: -1, lambda: [entry().to_dict(), history()]),
    "time": (SimpleNamespace(time=lambda: 5.0), lambda: stats.RequestStats().start_time),
    "gevent": (SimpleNamespace(sleep=lambda seconds: gevent.sleep(100 + seconds)), printer),
    "csv": (SimpleNamespace(writer=lambda file: csv.writer(file, delimiter=";")), csv_files),
    "json": (SimpleNamespace(dump=lambda value, file, **_: file.write("replaced")), json_file),
    "hashlib": (
        SimpleNamespace(sha256=lambda text: SimpleNamespace(hexdigest=lambda: "replaced")),
        lambda: stats.StatsError.create_key("GET", "/", "no"),
    ),
    "os": (SimpleNamespace(get_terminal_size=lambda *_: os.terminal_size((99, 40))), width_after_resize),
}


#: What `main` uses of the module, there by a name of its own; `test_stats.py` replaces these in a locustfile.
USED_BY_RUNS = set(
    "StatsCSVFileWriter print_error_report print_percentile_stats print_stats_json save_stats_json stats_history"
    " stats_printer validate_stats_configuration".split()
)
#: Nobody looks these up in the module while a program runs.
NOT_LOOKED_UP = set(
    "RequestStats StatsCSV resize_handler setup_distributed_stats_event_listeners logger RequestStatsAdditionError"
    " CSVWriter S StatsBaseDict StatsEntryDict StatsErrorDict StatsHolder".split()
)
#: The engine does their work.
OF_THE_ENGINE = set(
    "avg calculate_response_time_percentile diff_response_time_dicts CatchResponseError OrderedDict defaultdict chain"
    " copy".split()
)
#: Words of Python's own in which the module is written.
WORDS = set(
    "Protocol TYPE_CHECKING TypeVar TypedDict abstractmethod annotations cast logging namedtuple signal sys".split()
)


def main() -> None:
    if not IS_OURS:
        public = {name for name in vars(stats) if not name.startswith("_")}
        assert public == CASES.keys() | USED_BY_RUNS | NOT_LOOKED_UP | OF_THE_ENGINE | WORDS, public
    for name, (replacement, look) in CASES.items():
        was = look()
        with mock.patch(f"locust.stats.{name}", replacement):
            now = look()
        assert now != was, f"replacing {name} shows nothing: {now}"
        assert look() == was, f"{name} was put back, and it does not show"
        print(json.dumps([name, was, now]))


main()
