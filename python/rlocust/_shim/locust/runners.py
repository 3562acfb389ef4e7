"""Runners start users, follow ramps and shapes, and stop users; they hold the state of a test.

Users are greenlets of the group `user_greenlets`; everything that works for the runner itself is in
the group `greenlet`, which is empty once `quit` was called: `runner.greenlet.join()` waits for that.
Constants in capitals are read at the moment of use, because suites set them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from gevent.event import Event  # noqa: F401 - a name of Locust's module

from rlocust._modules import adopt

from ._runners.base import ExceptionDict, Runner  # noqa: F401
from ._runners.constants import *  # noqa: F403
from ._runners.distributed import DistributedRunner  # noqa: F401
from ._runners.local import LocalRunner  # noqa: F401
from ._runners.master import MasterRunner  # noqa: F401
from ._runners.nodes import WorkerNode, WorkerNodes  # noqa: F401
from ._runners.worker import WorkerRunner  # noqa: F401
from .exception import StopTest
from .log import greenlet_exception_logger
from .user.task import LOCUST_STATE_STOPPING  # noqa: F401 - a name of Locust's module

if TYPE_CHECKING:
    from gevent import Greenlet

    from .env import Environment

logger = logging.getLogger(__name__)

#: Different tracebacks kept in rows of their own; the rest shares one row that says so. (rlocust only.)
MOST_EXCEPTIONS = 1_000

greenlet_exception_handler = greenlet_exception_logger(logger)


def locust_exception_handler(environment: Environment) -> Callable[[Greenlet], None]:
    """What to do when a greenlet of the runner dies: `StopTest` ends the test, anything else is logged."""

    def handle(greenlet: Greenlet) -> None:
        if not isinstance(greenlet.exception, StopTest):
            greenlet_exception_handler(greenlet)
            return
        logger.error(greenlet.exception)
        logger.warning("Stopping Locust...")
        _end_test(environment)

    return handle


def _end_test(environment: Environment) -> None:
    """Stops the test; without a web interface to start another one, the run is over with it."""
    runner = environment.runner
    if runner is None:
        return
    if getattr(environment.parsed_options, "headless", False):
        runner.quit()
    else:
        runner.stop()


def _format_user_classes_count_for_log(user_classes_count: dict[str, int]) -> str:
    ordered = json.dumps(dict(sorted(user_classes_count.items())))
    return f"{ordered} ({sum(user_classes_count.values())} total users)"


def _aggregate_dispatched_users(d: dict[str, dict[str, int]]) -> dict[str, int]:
    """The users of each class over all workers."""
    total: dict[str, int] = {}
    for counts in d.values():
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
    return total


adopt(globals(), f"{__package__}._runners.")
