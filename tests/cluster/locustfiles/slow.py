"""Users that send one request and are then at work for minutes, in the same task."""

import time

import said  # noqa: F401

from locust import HttpUser, task


class Slow(HttpUser):
    @task
    def text(self):
        self.client.get("/text")
        time.sleep(600)
