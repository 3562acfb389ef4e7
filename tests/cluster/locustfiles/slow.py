"""Users that send one request and are then at work in the same task until they are killed."""

import said  # noqa: F401
from gevent.event import Event

from locust import HttpUser, task


class Slow(HttpUser):
    @task
    def text(self):
        self.client.get("/text")
        Event().wait()
