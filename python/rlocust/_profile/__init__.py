"""`rlocust profile`: a headless run, and at its end where the locustfile spends the thread that all users share.

`_native.Profiler` samples; `stacks` reads what it has seen; `roads` notes which line made a Python library carry a
call; `report` puts it into words, `figures` into data. While nobody profiles, none of this is loaded.
"""

from __future__ import annotations

import json
import logging
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from rlocust import _native

from . import figures, report
from .roads import Roads
from .stacks import Stacks

if TYPE_CHECKING:
    from locust.runners import Runner

logger = logging.getLogger("locust.main")

#: Seconds between two samples of a thread that computes.
INTERVAL = 0.001
#: How long a run lasts that was given no end.
USUAL_TIME = 30

_is_wanted = False


def run(arguments: list[str]) -> None:
    """Run the locustfile as the other options say."""
    global _is_wanted
    _is_wanted = True
    sys.argv[1:] = ["--headless", *arguments]
    from locust.main import main as run_locustfile

    run_locustfile()


def begun(runner: Runner, options: Namespace) -> Profile | None:
    """The profile of the run that is about to start, if one is wanted."""
    return Profile(runner, options) if _is_wanted else None


class Profile:
    """One run under observation."""

    def __init__(self, runner: Runner, options: Namespace) -> None:
        self._runner = runner
        self._file: str | None = options.profile_json
        self._native = _native.Profiler(INTERVAL)
        self._roads = Roads()
        self._has_begun = False
        self._seen: Any = None
        if not options.run_time and runner.environment.shape_class is None:
            options.run_time = USUAL_TIME
            logger.info(f"No --run-time is given: profiling for {USUAL_TIME} seconds")

    def start(self) -> None:
        self._roads.watch()
        self._native.start()
        self._has_begun = True

    def stop(self) -> None:
        """Nothing is looked at any more; may be called again."""
        if self._has_begun and self._seen is None:
            self._seen = self._native.finish()
            self._roads.leave()

    def print(self) -> None:
        """The report, once it is stopped, where the tables of the run go."""
        from locust.stats import console_logger

        sums = self._runner.stats._native
        for line in report.lines(self._seen, Stacks(self._seen["stacks"]), self._roads, sums):
            console_logger.info(line)

    def write(self) -> bool:
        """The same as JSON, if that was asked for; whether it could be written."""
        if not self._file:
            return True
        stacks = Stacks(self._seen["stacks"])
        data = figures.figures(self._seen, stacks, self._roads, self._runner.stats._native)
        try:
            with open(self._file, "w", encoding="utf-8", errors="backslashreplace") as file:
                json.dump(data, file, indent=1, ensure_ascii=False)
                file.write("\n")
        except OSError as error:
            logger.error(f"cannot write `{self._file}`: {error.strerror}")
            return False
        return True
