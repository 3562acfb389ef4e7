"""A task that exits."""

import sys

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        print("exits")
        sys.exit(4)


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
