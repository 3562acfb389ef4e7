"""A CSV file with a line for every single request, beside the sums that `--csv` writes.

`CsvRequestLogger("requests.csv").register(environment)` in an `init` listener starts it; it ends with the run.
"""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from io import TextIOWrapper

    from locust.env import Environment

CSV_COLUMNS = (
    "timestamp",
    "request_type",
    "name",
    "response_time_ms",
    "response_length",
    "status_code",
    "exception",
)


class CsvRequestLogger:
    """Writes a line for every request that the environment hears of.

    :param filepath: the file; what was in it is lost
    :param flush_interval: the lines after which they reach the disk at the latest
    """

    def __init__(self, filepath: str, *, flush_interval: int = 1) -> None:
        self.filepath = filepath
        self.flush_interval = max(1, flush_interval)
        self._file: TextIOWrapper | None = None
        self._lines: Any = None
        self._unflushed = 0

    def register(self, environment: Environment) -> None:
        """Begin the file, and listen until the run quits."""
        self.close()
        self._file = open(self.filepath, "w", newline="", encoding="utf-8")
        self._lines = csv.writer(self._file)
        self._lines.writerow(CSV_COLUMNS)
        self._file.flush()
        environment.events.request.add_listener(self._on_request)
        environment.events.quitting.add_listener(self._on_quitting)

    def close(self) -> None:
        """End the file; requests after that are not written."""
        if self._file is not None:
            self._file.close()
        self._file = self._lines = None
        self._unflushed = 0

    def _on_request(
        self,
        *,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int,
        exception: Any = None,
        response: Any = None,
        start_time: float | None = None,
        **_kwargs: Any,
    ) -> None:
        if self._file is None:
            return
        sent = time.time() if start_time is None else start_time
        took = "" if response_time is None else round(response_time, 2)
        text = "" if exception is None else str(exception)
        status = _status_code(response, exception)
        self._lines.writerow((round(sent, 6), request_type, name, took, response_length, status, text))
        self._unflushed += 1
        if self._unflushed >= self.flush_interval:
            self._file.flush()
            self._unflushed = 0

    def _on_quitting(self, **_kwargs: Any) -> None:
        self.close()


def _status_code(response: Any, exception: Any) -> int:
    """0 where there is no answer, or one of a protocol without such codes; a failure that has one keeps its code."""
    try:
        return int(response.status_code)
    except (AttributeError, TypeError, ValueError):
        return 0
