"""What this process is in its run: the whole of it, the master, or a worker. Not a module of Locust's."""

from __future__ import annotations

import logging
import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING

import gevent

from .._runners.secret import secret_of
from .processes import has_lost_a_child
from .whole_run import leave_to_master

if TYPE_CHECKING:
    from ..env import Environment
    from ..runners import MasterRunner, Runner

logger = logging.getLogger("locust.main")

#: Seconds between two looks for workers, and those in which nothing is said at INFO.
_LOOK = 0.1
_LINE_EVERY = 1.0
_QUIET_AT_FIRST = 5.0


def make_runner(environment: Environment, options: Namespace) -> Runner:
    """A worker's connects first: it has to be told what it is."""
    if options.master:
        return environment.create_master_runner(options.master_bind_host, options.master_bind_port)
    if not options.worker:
        if secret_of(options) is not None:
            logger.warning("`--master-secret` is ignored: this run has neither a master nor workers")
        return environment.create_local_runner()
    leave_to_master(options)
    for given, line in (
        (options.run_time, "--run-time specified for a worker node will be ignored."),
        (options.autostart, "The --autostart argument has no meaning on a worker."),
    ):
        if given:
            logger.debug(line)
    environment._has_init_ahead = True
    try:
        runner = environment.create_worker_runner(options.master_host, options.master_port)
    except OSError as error:
        logger.error(f"Failed to connect to the Locust master: {error}")
        sys.exit(-1)
    where = f"{options.master_host}:{options.master_port}{options.web_base_path}"
    logger.debug(f"Connected to locust master: {where}")
    return runner


def wait_for_workers(runner: MasterRunner, options: Namespace) -> None:
    """Until as many as expected are ready; ends the program when that takes too long."""
    began_at, said_at = time.monotonic(), 0.0
    while len(runner.clients.ready) < options.expect_workers:
        waited = time.monotonic() - began_at
        if options.expect_workers_max_wait and waited > options.expect_workers_max_wait:
            logger.error("Gave up waiting for workers to connect")
            runner.quit()
            sys.exit(1)
        if has_lost_a_child():
            logger.error("A worker process has ended before the test began")
            runner.quit()
            sys.exit(1)
        if time.monotonic() - said_at >= _LINE_EVERY:
            said_at = time.monotonic()
            level = logging.INFO if waited > _QUIET_AT_FIRST else logging.DEBUG
            count = f"{len(runner.clients.ready)} of {options.expect_workers}"
            logging.log(level, f"Waiting for workers to be ready, {count} connected")
        gevent.sleep(_LOOK)
