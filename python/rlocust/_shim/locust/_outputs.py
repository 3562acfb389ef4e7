"""What a run writes beside its tables: files and pages, made by the engine's service thread. Not a module of Locust's.

This is the one place where options become outputs. An option that names a file nobody could write ends the program
before the run, with one line; a file that cannot be written later costs one line and the run's clean exit code.
"""

from __future__ import annotations

import logging
from argparse import Namespace
from typing import TYPE_CHECKING, Any

import gevent

from rlocust import _native

if TYPE_CHECKING:
    from collections.abc import Callable

    from .runners import Runner

logger = logging.getLogger("locust.main")

#: Seconds that the outputs may take for their last figures.
PATIENCE = 20.0

_READABLE = 1


class RunOutputs:
    """The outputs of one run."""

    def __init__(self, runner: Runner, options: Namespace) -> None:
        self.runner = runner
        self.options = options
        self.native = _native.Outputs(runner.stats._native, runner._board)
        self._watcher: Any = None
        #: Called with a reason when an output wants the run to end.
        self.on_stop: Callable[[str], None] = lambda reason: None

    def start(self) -> None:
        """From now on files are written and news are logged."""
        self._watcher = gevent.get_hub().loop.io(self.native.descriptor(), _READABLE, ref=False)
        self._watcher.start(self._log_news)
        self.native.start()

    def finish(self) -> bool:
        """Has every output write the final figures; whether all could."""
        incomplete = self.native.finish(PATIENCE)
        self._log_news()
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        for line in incomplete:
            logger.error(line)
        return not incomplete

    def _log_news(self) -> None:
        for kind, line in self.native.news():
            if kind == "stop":
                self.on_stop(line)
            elif kind == "died":
                logger.critical(f"{line}\nhint: please report this bug of rlocust {_native.VERSION}; the run ends here")
                self.runner.environment.process_exit_code = 1
                gevent.spawn(self.runner.quit)
            elif kind == "note":
                logger.info(line)
            else:
                logger.error(line)
