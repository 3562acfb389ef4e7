"""A task that computes for some seconds and lets nobody else run."""

import os
import time

from locust import User, constant, task


class Busy(User):
    wait_time = constant(1)
    host = "http://nowhere"

    @task
    def compute(self):
        os.write(2, b"computing now\n")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            pass
        os.write(2, b"done\n")
