"""The CSV files of a run, where a suite has replaced their writer; otherwise the engine writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlocust._pipes import with_reader

from .. import stats as locust_stats
from .csv_rows import StatsCSV
from .functions import get_readable_percentiles, sort_stats
from .patchable import Patchable

if TYPE_CHECKING:
    from ..env import Environment
    from .csv_rows import CSVWriter


class StatsCSVFileWriter(StatsCSV):
    """Writes four files whose names start with `base_filepath`, again and again while a greenlet runs this object.

    Three are written anew each time; `_stats_history.csv` gets a row each time, or with `full_history` one per entry.
    `close_files` writes the last figures, which Locust leaves out, unless the greenlet has ended by then.
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
        self._is_writing = False
        #: The second of the last rows of the history, and where they begin.
        self._last_rows = (-1, 0)
        columns = "Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
        columns += "Total Min Response Time,Total Max Response Time,Total Average Content Size"
        self.stats_history_csv_columns = [
            *("Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"),
            *locust_stats.get_readable_percentiles(percentiles_to_report),
            *columns.split(","),
        ]

    @staticmethod
    def _open(path: str) -> tuple[Any, Any]:
        # The csv module ends its lines itself.
        with with_reader(path):
            file = open(path, "w", newline="")
        return file, locust_stats.csv.writer(file)

    def __call__(self) -> None:
        self.stats_writer()

    def stats_writer(self) -> None:
        """For a greenlet of its own: a round every `CSV_STATS_INTERVAL_SEC`."""
        self._write_headers()
        flushed_at = 0.0
        try:
            while True:
                now = locust_stats.time.time()
                self._write_round(now)
                if now - flushed_at > locust_stats.CSV_STATS_FLUSH_INTERVAL_SEC:
                    self._flush()
                    flushed_at = now
                locust_stats.gevent.sleep(locust_stats.CSV_STATS_INTERVAL_SEC)
        except KeyboardInterrupt as interrupt:
            locust_stats.logger.debug(interrupt, exc_info=True)
        finally:
            self._is_writing = False

    def _write_headers(self) -> None:
        self.requests_csv_writer.writerow(self.requests_csv_columns)
        self._requests_csv_data_start = self.requests_csv_filehandle.tell()
        self.stats_history_csv_writer.writerow(self.stats_history_csv_columns)
        self.failures_csv_writer.writerow(self.failures_columns)
        self.failures_csv_data_start = self.failures_csv_filehandle.tell()
        self.exceptions_csv_writer.writerow(self.exceptions_columns)
        self.exceptions_csv_data_start = self.exceptions_csv_filehandle.tell()
        self._is_writing = True

    def _write_round(self, now: float) -> None:
        self.requests_csv_filehandle.seek(self._requests_csv_data_start)
        self._requests_data_rows(self.requests_csv_writer)
        self.requests_csv_filehandle.truncate()
        self._last_rows = (int(now), self.stats_history_csv_filehandle.tell())
        self._stats_history_data_rows(self.stats_history_csv_writer, now)
        self.failures_csv_filehandle.seek(self.failures_csv_data_start)
        self._failures_data_rows(self.failures_csv_writer)
        self.failures_csv_filehandle.truncate()
        self.exceptions_csv_filehandle.seek(self.exceptions_csv_data_start)
        self._exceptions_data_rows(self.exceptions_csv_writer)
        self.exceptions_csv_filehandle.truncate()

    def _write_last_round(self, now: float) -> None:
        """Its history stands in the place of older rows of the same second."""
        second, start = self._last_rows
        if second == int(now):
            self.stats_history_csv_filehandle.seek(start)
            self.stats_history_csv_filehandle.truncate()
        self._write_round(now)

    def _stats_history_data_rows(self, csv_writer: CSVWriter, now: float) -> None:
        stats, runner = self.environment.stats, self.environment.runner
        users = runner.user_count if runner is not None else 0
        for entry in (*(locust_stats.sort_stats(stats.entries) if self.full_history else ()), stats.total):
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
        if self._is_writing and not self.requests_csv_filehandle.closed:
            self._write_last_round(locust_stats.time.time())
        self.requests_csv_filehandle.close()
        self.stats_history_csv_filehandle.close()
        self.failures_csv_filehandle.close()
        self.exceptions_csv_filehandle.close()

    def stats_history_file_name(self) -> str:
        return f"{self.base_filepath}_stats_history.csv"


#: The classes as they were made, but for the module whose part they become.
_CSV_CLASSES = {
    kind: {name: value for name, value in vars(kind).items() if name != "__module__"}
    for kind in (StatsCSV, StatsCSVFileWriter)
}


#: Functions that the writer calls, by the names under which it looks them up.
_CSV_FUNCTIONS = {"sort_stats": sort_stats, "get_readable_percentiles": get_readable_percentiles}


def has_own_csv_writer() -> bool:
    """Whether a suite replaced the writer of CSV files, a method of it or a function that it calls: the engine then
    leaves the writing to it."""
    if any(getattr(locust_stats, name) is not own for name, own in _CSV_FUNCTIONS.items()):
        return True
    if locust_stats.StatsCSVFileWriter not in _CSV_CLASSES or locust_stats.StatsCSV not in _CSV_CLASSES:
        return True
    return any(Patchable.is_changed(kind, own) for kind, own in _CSV_CLASSES.items())
