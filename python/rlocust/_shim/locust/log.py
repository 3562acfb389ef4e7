"""Logging as Locust sets it up: one format on stderr, bare tables from the stats logger, the last lines kept.

Suites call `setup_logging` themselves when they run users from a program, and `greenlet_exception_logger` for greenlets
of their own.
"""

from __future__ import annotations

import contextlib
import logging
import logging.config
import os
import socket
import sys
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import gevent

from rlocust import _engine_log
from rlocust._pipes import with_reader
from rlocust._printable import printable

HOSTNAME = socket.gethostname().split(".")[0]

#: Set by the first greenlet or listener that fails with nobody to catch it; the exit code is 2 then.
unhandled_greenlet_exception = False

KEPT_LINES = 500


#: Web interfaces, which show each line as it comes.
_readers: weakref.WeakSet[Any] = weakref.WeakSet()


class LogReader(logging.Handler):
    """Keeps the last lines, for the web interface and for the master of a distributed run."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: deque[str] = deque(maxlen=KEPT_LINES)
        #: The same lines, with what else is known of each: when, how serious, from where.
        self.kept: deque[tuple[float, str, str, str]] = deque(maxlen=KEPT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self.logs.append(line)
        self.kept.append((record.created, record.levelname, record.name, line))
        for reader in list(_readers):
            reader.take_line(*self.kept[-1])


class LogFile(logging.FileHandler):
    """Says once that it cannot be written, on stderr, where `logging` prints a traceback for each line."""

    error: OSError | None = None

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif self.error is None:
            self.error = error
            print(f"cannot write the log `{self.baseFilename}`: {error.strerror}", file=sys.stderr)


class Console(logging.StreamHandler[Any]):
    """Shows control characters on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record), self.stream)


def is_log_written() -> bool:
    """Whether every line has gone into the file that `setup_logging` was given, if any."""
    return not any(isinstance(each, LogFile) and each.error for each in logging.getLogger().handlers)


def setup_logging(loglevel: int | str, logfile: str | None = None) -> None:
    """Log to stderr, or to `logfile` if one is given. The tables of statistics go to stderr in both cases."""
    level: int | str = loglevel.upper() if isinstance(loglevel, str) else loglevel
    handlers: dict[str, dict[str, Any]] = {
        "console": {"()": Console, "formatter": "default"},
        "console_plain": {"()": Console, "formatter": "plain"},
        "log_reader": {"()": LogReader, "formatter": "default"},
    }
    if logfile:
        folder = os.path.dirname(logfile)
        if folder:
            os.makedirs(folder, exist_ok=True)
        handlers["file"] = {"()": LogFile, "filename": logfile, "formatter": "default"}
    main = ["file" if logfile else "console", "log_reader"]
    with with_reader(logfile) if logfile else contextlib.nullcontext():
        logging.config.dictConfig(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "formatters": {
                    "default": {"format": f"[%(asctime)s] {HOSTNAME}/%(levelname)s/%(name)s: %(message)s"},
                    "plain": {"format": "%(message)s"},
                },
                "handlers": handlers,
                "loggers": {
                    "locust": {"handlers": main, "level": level, "propagate": False},
                    "locust.stats_logger": {
                        "handlers": ["console_plain", "log_reader"],
                        "level": "INFO",
                        "propagate": False,
                    },
                },
                "root": {"handlers": main, "level": level},
            }
        )
    _engine_log.follow()


def get_logs() -> list[str]:
    """The last lines logged; empty unless logging was set up here."""
    reader = _log_reader()
    return list(reader.logs) if reader else []


def _log_reader() -> LogReader | None:
    handlers = logging.getLogger().handlers
    return next((each for each in handlers if each.name == "log_reader" and isinstance(each, LogReader)), None)


def add_reader(reader: Any) -> None:
    """Has its `take_line` called for each line that is kept, past and to come."""
    past = _log_reader()
    for line in past.kept if past else ():
        reader.take_line(*line)
    _readers.add(reader)


def greenlet_exception_logger(
    logger: logging.Logger, level: int = logging.CRITICAL
) -> Callable[[gevent.Greenlet], None]:
    """A function for `Greenlet.link_exception` that logs what the greenlet died of and remembers that it did."""

    def log_exception(greenlet: gevent.Greenlet) -> None:
        exc_info = greenlet.exc_info
        if exc_info and exc_info[0] is not None and issubclass(exc_info[0], SystemExit):
            code = getattr(exc_info[1], "code", None)
            logger.info(f"sys.exit({code}) called (use log level DEBUG for callstack)")
            logger.debug(f"Unhandled exception in greenlet: {greenlet}", exc_info=exc_info)
            return
        logger.log(level, f"Unhandled exception in greenlet: {greenlet}", exc_info=exc_info)
        global unhandled_greenlet_exception
        unhandled_greenlet_exception = True

    return log_exception
