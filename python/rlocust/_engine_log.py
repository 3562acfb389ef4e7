"""What the engine does, as records of Python's `logging`: connections, names, TLS, redirects, ticks, outputs.

The loggers are named `rlocust.http.connect` and so on. What they let through when logging is set up is what the engine
reports: `--loglevel DEBUG` shows its events up to debug, `RLOCUST_LOG=http=trace` sets the levels of single loggers.
A run and a node of a cluster are warned at every level: of cookies that were not kept, of frames that were thrown away.
The engine's threads only fill a bounded queue; a greenlet writes the lines. While nothing is wanted, none of this
exists.
"""

from __future__ import annotations

import atexit
import logging
import os
from typing import Any

import gevent

from rlocust import _native

ENVIRONMENT = "RLOCUST_LOG"
#: Below `DEBUG`: one event or more for each request.
TRACE = 5
#: Events that may wait to be written; more are counted and thrown away.
CAPACITY = 4096

#: Lines that are written before users get their turn.
_BATCH = 64
_READABLE = 1

_current: EngineLog | None = None


def directives() -> list[tuple[str, int]]:
    """The loggers that `RLOCUST_LOG` names, with their levels. `ValueError` with one line if it means nothing."""
    text = os.environ.get(ENVIRONMENT, "")
    try:
        return _native.log_directives(text)
    except ValueError as error:
        raise ValueError(f"{ENVIRONMENT}={text}: {error}") from None


def follow_warnings() -> None:
    """Has the engine report at least what it warns of."""
    if _current is None:
        follow(logging.WARNING)


def follow(least: int = logging.DEBUG) -> None:
    """Has the engine report what Python's loggers let through by now; called whenever logging has been set up. Where no
    logger lets through what is as low as `least`, nothing is reported at all."""
    global _current
    for name, level in directives():
        logging.getLogger(name).setLevel(level)
    levels = {name: logging.getLogger(name).getEffectiveLevel() for name in _native.log_names()}
    is_wanted = min(levels.values()) <= least
    if _current is None and not is_wanted:
        return
    if _current is None:
        atexit.register(finish)
        os.register_at_fork(after_in_child=_forget)
    else:
        _current.finish()
    if logging.getLevelName(TRACE) == f"Level {TRACE}":
        logging.addLevelName(TRACE, "TRACE")
    _current = EngineLog(levels)


def finish() -> None:
    """The last lines, for an end at which Python does not ask for them."""
    if _current is not None:
        _current.finish()


def _forget() -> None:
    """In a forked child: loop and threads stayed with the parent. It logs again when logging is set up there."""
    global _current
    _native.end_engine_log()
    if _current is not None:
        _current.stop()
        _current = None


class EngineLog:
    """The events from one set-up of logging to the next."""

    def __init__(self, levels: dict[str, int]) -> None:
        self.native = _native.EngineLog(levels, CAPACITY)
        self.writer: gevent.Greenlet | None = None
        loop = gevent.get_hub().loop
        # Replies come first, whatever there is to log.
        self.watcher = loop.io(self.native.descriptor(), _READABLE, ref=False, priority=loop.MINPRI)
        self.watcher.start(self.wake)

    def wake(self) -> None:
        """Not written here: a handler may wait, and the hub must not."""
        self.watcher.stop()
        self.writer = gevent.spawn(self.write)

    def write(self) -> None:
        try:
            while rows := self.native.take(_BATCH):
                for row in rows:
                    log(*row)
                gevent.sleep(0)
        finally:  # a filter of the suite may raise: later events are written all the same
            if self.watcher is not None:
                self.watcher.start(self.wake)

    def stop(self) -> None:
        if self.watcher is not None:
            self.watcher.close()
            self.watcher = None

    def finish(self) -> None:
        """The last lines, and how many were lost."""
        self.stop()
        for row in self.native.take(CAPACITY):
            log(*row)
        dropped = self.native.dropped()
        if dropped:
            logging.getLogger("rlocust").warning(
                f"{dropped} events of the engine are missing above: they came faster than they could be written\n"
                f"hint: ask for fewer, such as {ENVIRONMENT}=http.connect=debug"
            )


def log(name: str, level: int, at: float, line: str, fields: dict[str, Any]) -> None:
    """Hand one event to its logger, with the time at which it happened; handlers find the fields in `record.fields`."""
    logger = logging.getLogger(name)
    if not logger.isEnabledFor(level):
        return
    record = logger.makeRecord(name, level, "rlocust", 0, line, (), None)
    record.created, record.msecs = at, float(int(at % 1 * 1000))
    record.fields = fields
    logger.handle(record)
