"""The master knows users by class."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


class Other(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        print(seen[-1], environment.runner.target_user_classes_count)


seen = []


def all_are_there(environment):
    counts = dict(environment.runner.reported_user_classes_count)
    if sum(counts.values()) == 3:
        seen.append(sorted(counts.items()))
    return bool(seen)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return all_are_there(environment)
