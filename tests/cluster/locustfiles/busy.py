"""Users whose tasks burn all of their worker's core without a pause, until the file RIG_BURN is there."""

import os

import said  # noqa: F401
from said import say

from locust import User, constant, task


class Busy(User):
    wait_time = constant(3600)

    @task
    def burn(self):
        say("burning")
        while not os.path.exists(os.environ["RIG_BURN"]):
            sum(range(100_000))
        say("burned")
