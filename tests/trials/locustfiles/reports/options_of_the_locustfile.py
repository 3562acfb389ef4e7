"""An option of the locustfile reaches the worker."""

import gevent
from locust.runners import MasterRunner, WorkerRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--word", default="usual")


@events.test_start.add_listener
def say(environment, **_):
    if isinstance(environment.runner, WorkerRunner):
        print("the worker has", environment.parsed_options.word)


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
