"""When a run fails and who is told: limits, the exit code, the JUnit report and the Markdown summary. Not a module of
Locust's.

Limits are judged on the last figures. The line "Shutting down (exit code N)" comes before users stop, as under Locust;
if what they do last changes the verdict, a line says so.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from argparse import Namespace
from typing import TYPE_CHECKING, NamedTuple

from rlocust import _native

from .. import argument_parser

if TYPE_CHECKING:
    from ..env import Environment
    from ..runners import Runner

logger = logging.getLogger("locust.main")

SETTINGS = ("num_users", "spawn_rate", "run_time", "profile")


class Ending(NamedTuple):
    """What decides on the exit code beside limits."""

    chosen_by_suite: object
    has_failures: bool
    has_unhandled_errors: bool


class RunVerdict:
    """The limits of one run and the reports that tell of them."""

    def __init__(self, environment: Environment, runner: Runner, options: Namespace) -> None:
        self.environment = environment
        self.options = options
        self.started_at = time.time()
        self.native = _native.Verdict(options.fail_if or [], options.max_lag or [], runner._run)
        self.judged: list[tuple[str, bool, str]] = []
        for path in (options.junit_file, options.markdown_file):
            if path:
                begin_file(path)

    def exit_code(self, ending: Ending) -> object:
        """Judge the sums of this moment; the suite's own word comes first, anything that `sys.exit` takes."""
        self.judged = self.native.judge()
        if ending.chosen_by_suite is not None:
            return ending.chosen_by_suite
        code_of_failures = int(self.options.exit_code_on_error) if ending.has_failures else None
        return self.native.exit_code(code_of_failures, ending.has_unhandled_errors)

    def tell(self) -> None:
        """One line for each limit."""
        for kind, is_crossed, line in self.judged:
            if not is_crossed:
                logger.info(f"Limit held: {line}")
            elif kind == "limit":
                logger.error(f"Limit crossed: {line}")
            else:
                logger.error(f"Not trustworthy, the generator itself was late: {line}")

    def write(self, exit_code: int) -> bool:
        """Write the reports that were asked for; whether all could be written."""
        reports = ((self.options.junit_file, self.native.junit), (self.options.markdown_file, self.native.markdown))
        return all([write_file(path, render(self.facts(exit_code))) for path, render in reports if path])

    def facts(self, exit_code: int) -> _native.Facts:
        settings = [(name, getattr(self.options, name, None)) for name in SETTINGS]
        host = self.environment.host or self.options.host
        return {
            "title": self.environment.locustfile or "rlocust",
            "host_name": socket.gethostname(),
            "started_at": self.started_at,
            "ended_at": time.time(),
            "exit_code": exit_code,
            "code_of_failures": int(self.options.exit_code_on_error),
            "settings": [
                ("rlocust", _native.VERSION),
                *([("host", _native.without_user_info(str(host)))] if host else []),
                *((name, str(value)) for name, value in settings if value is not None),
            ],
        }


def begin_file(path: str) -> None:
    """Better no run than one whose report nobody can write; and no report of an older run beside a newer one."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "w", encoding="utf-8"):
            pass
    except OSError as error:
        argument_parser.fail(f"cannot write `{path}`: {error.strerror}")


def write_file(path: str, text: str) -> bool:
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        logger.error(f"cannot write `{path}`: {error.strerror}")
        return False
    return True
