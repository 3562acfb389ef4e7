"""Both are fired on every node."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.test_start.add_listener
def begin(environment, **_):
    print("start", type(environment.runner).__name__)


@events.test_stop.add_listener
def stop(environment, **_):
    print("stop", type(environment.runner).__name__)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.runner.state == "running"
