"""What a run writes beside its tables: files and pages, made by the engine's service thread. Not a module of Locust's.

The engine wires them from the settings of the run. An option that names a file nobody could write ends the program
before the run, with one line; a file that cannot be written later costs one line and the run's clean exit code.
"""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import gevent

from rlocust import _native, _stdout

from .. import argument_parser, html, stats
from ..log import greenlet_exception_logger

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..runners import Runner

logger = logging.getLogger("locust.main")

#: Seconds that the outputs may take for their last figures.
PATIENCE = 20.0


class RunOutputs:
    """The outputs of one run."""

    def __init__(self, runner: Runner, options: Namespace) -> None:
        self.runner = runner
        self.options = options
        runner._listener.notified = self._notified
        #: The suite's own writer of CSV, if it has one.
        self.csv_writer: stats.StatsCSVFileWriter | None = None
        self._has_csv_rounds = True
        #: Called with a reason when an output wants the run to end.
        self.on_stop: Callable[[str], None] = lambda reason: None
        #: Called when nothing can be written any more.
        self.on_death: Callable[[], None] = runner.quit

        if options.html_baseline and options.headless and not options.html_file:
            argument_parser.complain("`--html-baseline` is shown in a report: name one with `--html FILE`")
        self.verdict, address = self._wire()
        if options.csv_prefix and stats.has_own_csv_writer():
            self.csv_writer = self._make_csv_writer(options.csv_prefix, bool(options.stats_history_enabled))
        if address:
            logger.info(f"Metrics for Prometheus at http://{address}/metrics")

    def _wire(self) -> tuple[_native.Verdict, str | None]:
        """Everything that the options ask for, as they and the constants of `locust.stats` are now."""
        try:
            settings = _native.RunSettings(self.options, stats)
            return _native.wire_run(self.runner._run, settings, self.runner.environment)
        except _native.CommandLineError as error:
            argument_parser.complain(*error.args)
        except (OSError, ValueError) as error:
            argument_parser.fail(str(error))

    def _make_csv_writer(self, prefix: str, full_history: bool) -> stats.StatsCSVFileWriter:
        """The suite's own code, which the engine leaves the files to."""
        try:
            os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
            percentiles = stats.PERCENTILES_TO_REPORT
            return stats.StatsCSVFileWriter(self.runner.environment, percentiles, prefix, full_history)
        except (OSError, ValueError) as error:
            argument_parser.fail(str(error))

    def start(self) -> None:
        """From now on files are written."""
        if self.options.html_file:
            self.runner._run.keep_course()
        self.runner._run.start()
        if self.csv_writer is not None:
            gevent.spawn(self._write_csv, self.csv_writer).link_exception(greenlet_exception_logger(logger))

    def _write_csv(self, writer: stats.StatsCSVFileWriter) -> None:
        try:
            writer.stats_writer()
        except OSError as error:
            logger.error(f"{self._about_csv(error)}; the run goes on without")
            self._has_csv_rounds = False

    def finish(self, limit: float) -> bool:
        """Has every output write the last tick of a concluded run, in so many seconds; whether all could."""
        incomplete = self.runner._run.finish(limit)
        self.runner._listener.stop()
        is_closed = self._close_csv()
        for line in incomplete:
            logger.error(line)
        return is_closed and self._has_csv_rounds and not incomplete

    def _close_csv(self) -> bool:
        writer, self.csv_writer = self.csv_writer, None
        try:
            if writer is not None:
                writer.close_files()
        except OSError as error:
            logger.error(self._about_csv(error))
            return False
        return True

    def _about_csv(self, error: OSError) -> str:
        return f"cannot write the CSV files `{self.options.csv_prefix}_*.csv`: {error.strerror}"

    def write_json(self) -> bool:
        """The entries as Locust's JSON, on stdout or to a file; whether all of it could be written."""
        is_complete = True
        if self.options.json:
            is_complete &= self._print_json()
        return is_complete & self.save_json()

    def _print_json(self) -> bool:
        try:
            stats.print_stats_json(self.runner.stats)
            sys.stdout.flush()
        except OSError as error:
            _stdout.silence()
            if isinstance(error, BrokenPipeError):
                return True  # whoever reads our output has enough of it
            logger.error(f"cannot write the statistics to stdout: {error.strerror}")
            return False
        return True

    def save_json(self) -> bool:
        """The entries as Locust's JSON file, if it was asked for; whether all of it could be written."""
        name = self.options.json_file
        try:
            if name:
                stats.save_stats_json(self.runner.stats, name)
        except OSError as error:
            logger.error(f"cannot write `{name}.json`: {error.strerror}")
            return False
        return True

    def save_html(self) -> bool:
        """The report as a web page, if it was asked for; whether all of it could be written."""
        if not self.options.html_file:
            return True
        html.process_html_filename(self.options)
        path = self.options.html_file
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(html.get_html_report(self.runner.environment, show_download_link=False))
        except OSError as error:
            logger.error(f"cannot write `{path}`: {error.strerror}")
            return False
        return True

    def _notified(self, kind: str, line: str) -> None:
        if kind == "stop":
            self.on_stop(line)
        elif kind == "died":
            logger.critical(f"{line}\nhint: please report this bug of rlocust {_native.VERSION}; the run ends here")
            self.runner.environment.process_exit_code = 1
            gevent.spawn(self.on_death)
        elif kind == "info":
            logger.info(line)
        else:
            logger.error(line)
