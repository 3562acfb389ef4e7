"""A task that computes until the file `ENOUGH` exists and lets no other greenlet run."""

import os

from locust import User, constant, task


class Busy(User):
    wait_time = constant(1)
    host = "http://nowhere"

    @task
    def compute(self):
        os.write(2, b"computing now\n")
        while not os.path.exists(os.environ["ENOUGH"]):
            sum(range(100_000))
        os.write(2, b"done\n")
