"""Twenty users ask without a pause; after a second of it the I/O thread stands still until the end."""

import gevent

from locust import HttpUser, events, task
from rlocust import _native


@events.test_start.add_listener
def stall_later(**_):
    gevent.spawn_later(1, _native.stall_for_tests, 600)


class Visitor(HttpUser):
    @task
    def visit(self):
        self.client.get("/")
