"""Every worker sends a message when the test starts."""

import gevent
from locust.runners import MasterRunner, WorkerRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


heard = []


@events.init.add_listener
def register(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environment.runner.register_message("hello", lambda environment, msg, **_: heard.append(msg.data))


@events.test_start.add_listener
def hello(environment, **_):
    if isinstance(environment.runner, WorkerRunner):
        environment.runner.send_message("hello", {"from": "a worker", "list": [1, 2.5, None, "x"]})


@events.quitting.add_listener
def say(environment, **_):
    if heard:
        print(heard)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return heard
