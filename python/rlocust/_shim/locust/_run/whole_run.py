"""Options about a run as a whole: it has one verdict, one store and one set of reports, and they are the master's.
Not a module of Locust's.
"""

from __future__ import annotations

import logging
from argparse import Namespace

from rlocust import _native

from .. import argument_parser

logger = logging.getLogger("locust.main")

#: Options of ours that judge or describe a whole run, by destination.
OF_WHOLE_RUN = (
    "summary_json",
    "store",
    "history_folder",
    "html_baseline",
    "metrics_port",
    "monitor",
    "fail_if",
    "max_lag",
    "strict",
    "junit_file",
    "markdown_file",
)


def leave_to_master(options: Namespace) -> None:
    """Forgets the options of whole runs, with one line that names those in use."""
    left = forget(options, OF_WHOLE_RUN)
    if left:
        logger.info(f"Ignored on a worker (set these on the master): {', '.join(left)}")


def forget(options: Namespace, dests: tuple[str, ...]) -> list[str]:
    """Sets options of ours back to what they are when they are not given; the names of those that were."""
    rows = {row["dest"]: row for _, _, each in _native.cli_table() for row in each}
    forgotten = []
    for dest in dests:
        preset = rows[dest]["default"]
        if dest not in argument_parser.given_away() and getattr(options, dest, preset) != preset:
            setattr(options, dest, preset)
            forgotten.append(rows[dest]["flags"][0])
    return forgotten
