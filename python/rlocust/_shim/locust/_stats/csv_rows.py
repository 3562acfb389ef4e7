"""Statistics as rows of CSV, for anything with a `writerow`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Protocol

from .. import stats as locust_stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..env import Environment
    from .entry import StatsEntry


class CSVWriter(Protocol):
    @abstractmethod
    def writerow(self, columns: Iterable[str | int | float]) -> None: ...


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
        self.requests_csv_columns = [*columns.split(","), *locust_stats.get_readable_percentiles(percentiles_to_report)]
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
        for entry in (*locust_stats.sort_stats(stats.entries), stats.total):
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
        for error in locust_stats.sort_stats(self.environment.stats.errors):
            seen = (
                "" if at is None else locust_stats.format_utc_timestamp(at)
                for at in (error.first_seen, error.last_seen)
            )
            text = locust_stats.StatsError.parse_error(error.error)
            csv_writer.writerow([error.method, error.name, text, error.occurrences, *seen])

    def _exceptions_data_rows(self, csv_writer: CSVWriter) -> None:
        runner = self.environment.runner
        for row in runner.exceptions.values() if runner is not None else ():
            csv_writer.writerow([row["count"], row["msg"], row["traceback"], ", ".join(row["nodes"])])
