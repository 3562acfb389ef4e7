"""Users who read event streams of FEED, and others whose calls go to the host."""

import os

from locust import HttpUser, constant, task
from rlocust.sse import SseUser


class Reader(SseUser):
    fixed_count = 2

    @task
    def read(self):
        with self.client.get(os.environ["FEED"], name="feed") as stream:
            for _ in stream:
                pass


class Other(HttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        self.client.get("/text")
