"""The master has the exceptions of its workers."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        raise ValueError("wrong")


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        for row in environment.runner.exceptions.values():
            print(row["msg"], "in call" in row["traceback"], len(row["nodes"]))


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.runner.exceptions
