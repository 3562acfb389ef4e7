"""Computes for a millisecond of the core, and waits for one."""

import time

from locust import HttpUser, constant, task


class Busy(HttpUser):
    wait_time = constant(0.001)

    @task
    def compute_and_ask(self):
        end = time.thread_time() + 0.001
        while time.thread_time() < end:
            pass
        self.client.get("/fine")
