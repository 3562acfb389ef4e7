"""What the four profiles share: the user, and a shape that goes through stages.

`MINUTE` says how many seconds a minute lasts: 60, unless somebody is in a hurry, and then users come faster as well.
`USERS` scales all counts.
"""

import os

from locust import HttpUser, LoadTestShape, constant, task

MINUTE = float(os.environ.get("MINUTE", "60"))
USERS = float(os.environ.get("USERS", "1"))
PACE = USERS * 60 / MINUTE


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/json")


class Stages(LoadTestShape):
    """`stages` holds (until minute, users, users started or stopped a second)."""

    abstract = True
    stages = []

    def tick(self):
        minute = self.get_run_time() / MINUTE
        for until, users, spawn_rate in self.stages:
            if minute < until:
                return round(users * USERS), spawn_rate * PACE
        return None
