"""When a run fails and where that is reported: limits, the exit code, the JUnit report and the Markdown summary.

Not a module of Locust's.

Limits are judged on the last figures. The line "Shutting down (exit code N)" comes before users stop, as under Locust;
if what they do last changes the verdict, a line says so.
"""

from __future__ import annotations

import logging
from argparse import Namespace
from typing import TYPE_CHECKING, NamedTuple

from rlocust import _native

from .. import stats

if TYPE_CHECKING:
    from ..env import Environment

logger = logging.getLogger("locust.main")


class Ending(NamedTuple):
    """What decides on the exit code beside limits."""

    chosen_by_suite: object
    has_failures: bool
    has_unhandled_errors: bool


class RunVerdict:
    """The limits of one run and the reports on them."""

    def __init__(self, environment: Environment, options: Namespace, native: _native.Verdict) -> None:
        self.environment = environment
        self.options = options
        self.native = native
        self.judged: list[tuple[str, bool, str]] = []

    def exit_code(self, ending: Ending) -> object:
        """Judge the sums of this moment; the suite's own word comes first, anything that `sys.exit` takes."""
        self.judged = self.native.judge()
        if ending.chosen_by_suite is not None:
            return ending.chosen_by_suite
        code_of_failures = int(self.options.exit_code_on_error) if ending.has_failures else None
        return self.native.exit_code(code_of_failures, ending.has_unhandled_errors)

    def log(self) -> None:
        """One line for each limit."""
        for kind, is_crossed, line in self.judged:
            if not is_crossed:
                logger.info(f"Limit held: {line}")
            elif kind == "limit":
                logger.error(f"Limit crossed: {line}")
            elif kind == "unjudged":
                logger.error(f"Limit not judged: {line}; it counts as crossed")
            else:
                logger.error(f"Not trustworthy, the generator itself was late: {line}")

    def write(self, exit_code: int) -> bool:
        """Write the reports that were asked for; whether all could be written."""
        lines = self.native.write(_native.RunSettings(self.options, stats), self.environment, exit_code)
        for line in lines:
            logger.error(line)
        return not lines
