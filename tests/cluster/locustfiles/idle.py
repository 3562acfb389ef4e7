"""Users that send one request a tenth of a second, until a test is over."""

import said  # noqa: F401

from locust import HttpUser, constant, task


class Idle(HttpUser):
    wait_time = constant(0.1)

    @task
    def text(self):
        self.client.get("/text")
