"""Twenty users ask without a pause; after some answers the I/O thread stands still until the end.

The run ends when that has been reported and everybody waits for an answer.
"""

import logging
import time

import gevent

from locust import HttpUser, events, task
from rlocust import _native

USERS = 20
DEADLINE = 30


class Reports(logging.Handler):
    seen: list[str] = []  # noqa: RUF012

    def emit(self, record):
        self.seen.append(record.getMessage())


@events.test_start.add_listener
def stall_later(environment, **_):
    logging.getLogger("locust").addHandler(Reports())
    gevent.spawn(stall, environment)


def stall(environment):
    runner = environment.runner
    until("some answers", lambda: runner.stats.total.num_requests >= 5 * USERS)
    _native.stall_for_tests(600)
    until("the report", lambda: any("has stood still for" in report for report in Reports.seen))
    until("everybody waits", lambda: set(runner.user_greenlets) <= set(_native.waiting()))
    runner.quit()


def until(what, condition):
    """Ends the run all the same, with the name of what did not come."""
    deadline = time.monotonic() + DEADLINE
    while not condition() and time.monotonic() < deadline:
        gevent.sleep(0.01)
    if not condition():
        print(f"waited {DEADLINE} s in vain: {what}", flush=True)


class Visitor(HttpUser):
    @task
    def visit(self):
        self.client.get("/")
