"""The master has the failures of its workers."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=1, response_length=0, exception=ValueError("no")
        )


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        total = environment.stats.total
        print(total.num_requests == total.num_failures > 0, total.fail_ratio)
        print([(error.method, error.name, str(error.error)) for error in environment.stats.errors.values()])


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.stats.num_failures
