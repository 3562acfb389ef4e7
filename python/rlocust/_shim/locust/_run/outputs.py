"""What a run writes beside its tables: files and pages, made by the engine's service thread. Not a module of Locust's.

This is the one place where options become outputs. An option that names a file nobody could write ends the program
before the run, with one line; a file that cannot be written later costs one line and the run's clean exit code.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import gevent

from rlocust import _native, _stdout
from rlocust._install import LOCUST_VERSION

from .. import argument_parser, stats
from ..log import greenlet_exception_logger
from .listener import RunListener

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..runners import Runner

logger = logging.getLogger("locust.main")

#: Seconds that the outputs may take for their last figures.
PATIENCE = 20.0

#: Options that say what the run was; those that name files or hold secrets do not.
_TOLD_SETTINGS = (
    *("num_users", "spawn_rate", "run_time", "stop_timeout", "tags", "exclude_tags", "reset_stats", "equal_weights"),
    "profile",
)

#: Options that name files we write, with their destinations.
_FILES = {
    "--csv": "csv_prefix",
    "--json-file": "json_file",
    "--store": "store",
    "--summary-json": "summary_json",
    "--junit": "junit_file",
    "--markdown": "markdown_file",
    "--logfile": "logfile",
}


class RunOutputs:
    """The outputs of one run."""

    def __init__(self, runner: Runner, options: Namespace) -> None:
        self.runner = runner
        self.options = options
        self.native = _native.Outputs(runner._run)
        self._listener = RunListener(runner, self._notified)
        self._csv_writer: stats.StatsCSVFileWriter | None = None
        self._has_csv_rounds = True
        #: Called with a reason when an output wants the run to end.
        self.on_stop: Callable[[str], None] = lambda reason: None

        self._refuse_shared_files()
        try:
            self._add_all()
        except (OSError, ValueError) as error:
            argument_parser.fail(str(error))

    def _refuse_shared_files(self) -> None:
        given = [(option, getattr(self.options, dest)) for option, dest in _FILES.items()]
        line = _native.cli_clash([(option, str(value)) for option, value in given if value])
        if line:
            argument_parser.complain(line)

    def _add_all(self) -> None:
        if self.options.json_file:
            _try_file(f"{self.options.json_file}.json")
        if self.options.csv_prefix:
            self._add_csv(self.options.csv_prefix, bool(self.options.stats_history_enabled))
        if self.options.store:
            self.native.add_store(self.options.store, self._facts())
        if self.options.summary_json:
            self.native.add_summary(self.options.summary_json, self._facts())
        if self.options.metrics_port is not None:
            self._add_metrics(self.options.metrics_host, self.options.metrics_port)
        if self.options.monitor:
            self.native.watch_target(self.options.monitor)

    def _add_metrics(self, host: str, port: int) -> None:
        if not 0 <= port < 65_536:
            raise ValueError(f"`--metrics-port {port}` is not a port: give a number from 0 to 65535")
        address = self.native.add_metrics(host, port)
        logger.info(f"Metrics for Prometheus at http://{address}/metrics")

    def _add_csv(self, prefix: str, full_history: bool) -> None:
        percentiles = stats.PERCENTILES_TO_REPORT
        if stats.has_own_csv_writer():
            os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
            self._csv_writer = stats.StatsCSVFileWriter(self.runner.environment, percentiles, prefix, full_history)
            return
        window = stats.CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW if full_history else None
        intervals = float(stats.CSV_STATS_INTERVAL_SEC), float(stats.CSV_STATS_FLUSH_INTERVAL_SEC)
        self.native.add_csv(prefix, [float(each) for each in percentiles], window, intervals)

    def _facts(self) -> str:
        """What a file says of the run besides its figures. No secret can be in it: only options named here are."""
        environment, options = self.runner.environment, self.options
        facts = {
            "rlocust": _native.VERSION,
            "locust": LOCUST_VERSION,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "machine": platform.node(),
            "locustfile": environment.locustfile,
            "host": _native.without_user_info(str(environment.host)) if environment.host else None,
            "user_classes": [each.__name__ for each in environment.user_classes],
            "exit_code_on_error": int(options.exit_code_on_error),
            "settings": {name: getattr(options, name, None) for name in _TOLD_SETTINGS},
            "percentiles": [float(each) for each in stats.PERCENTILES_TO_REPORT],
        }
        return json.dumps(facts, default=str)

    def start(self) -> None:
        """From now on files are written, notifications are logged and orders carried out."""
        self._listener.start()
        self.runner._run.start()
        if self._csv_writer is not None:
            gevent.spawn(self._write_csv, self._csv_writer).link_exception(greenlet_exception_logger(logger))

    def _write_csv(self, writer: stats.StatsCSVFileWriter) -> None:
        try:
            writer.stats_writer()
        except OSError as error:
            logger.error(f"{self._about_csv(error)}; the run goes on without")
            self._has_csv_rounds = False

    def finish(self) -> bool:
        """Has every output write the last tick of a concluded run; whether all could."""
        incomplete = self.runner._run.finish(PATIENCE)
        self._listener.stop()
        is_closed = self._close_csv()
        for line in incomplete:
            logger.error(line)
        return is_closed and self._has_csv_rounds and not incomplete

    def _close_csv(self) -> bool:
        writer, self._csv_writer = self._csv_writer, None
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

    def _notified(self, kind: str, line: str) -> None:
        if kind == "stop":
            self.on_stop(line)
        elif kind == "died":
            logger.critical(f"{line}\nhint: please report this bug of rlocust {_native.VERSION}; the run ends here")
            self.runner.environment.process_exit_code = 1
            gevent.spawn(self.runner.quit)
        elif kind == "info":
            logger.info(line)
        else:
            logger.error(line)


def _try_file(path: str) -> None:
    """Makes the folders of a file that is written at the end only, and sees whether it can be written."""
    is_new = not os.path.lexists(path)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "a"):
            pass
        if is_new:
            os.remove(path)
    except OSError as error:
        raise OSError(f"cannot write `{path}`: {error.strerror}") from error
