"""Notes which of the names in REPLACED a run takes from `locust.stats`."""

import os
import sys

from locust import HttpUser, constant, stats, task


def noting(name, original):
    def noted(*args, **kwargs):
        print("used", name, file=sys.stderr)
        return original(*args, **kwargs)

    return noted


for name in os.environ["REPLACED"].split():
    setattr(stats, name, noting(name, getattr(stats, name)))


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def ask(self):
        self.client.get("/text")
        self.client.get("/missing")
