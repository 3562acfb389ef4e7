"""One run of the program as a worker: it lasts until the master says quit, is lost, or a signal comes. Tables and
verdicts are the master's.
"""

from __future__ import annotations

import logging
from typing import Any

from .. import log
from ..runners import WorkerRunner
from .headless import HeadlessRun
from .verdict import Ending

logger = logging.getLogger("locust.main")

#: Seconds for what waits to be sent when everything else is done.
_FOR_LAST_MESSAGES = 2.0


class WorkerRun(HeadlessRun):
    """What headless runs have in common with it is theirs."""

    @property
    def prints_tables(self) -> bool:
        return bool(self.options.print_stats) and not self.options.only_summary

    def show_on_terminal(self) -> None:
        """The master's."""

    def start(self) -> None:
        self.begin()
        if self.profile is not None:
            self.profile.start()

    def look_at_figures(self) -> None:
        """The master's: here they begin anew with each report."""

    def ending(self) -> Ending:
        """Failures are reported, and the master's exit code tells of them."""
        return Ending(self.environment.process_exit_code, False, log.unhandled_greenlet_exception)

    def shut_down(self) -> Any:
        code = super().shut_down()
        runner = self.runner
        if isinstance(runner, WorkerRunner):
            runner.client.close(self.signals.time_for(_FOR_LAST_MESSAGES))
        return code

    def advise(self) -> None:
        """The master's."""

    def warn_if_nothing_was_tested(self) -> None:
        """The master's."""

    def print_tables(self) -> None:
        """The master's."""
