"""Users whose tasks burn all of their worker's core, for RIG_BURN seconds without a pause."""

import os
import time

import said  # noqa: F401
from said import say

from locust import User, constant, task


class Busy(User):
    wait_time = constant(0.1)

    @task
    def burn(self):
        say("burning")
        end = time.monotonic() + float(os.environ["RIG_BURN"])
        while time.monotonic() < end:
            pass
        say("burned")
