"""The master judges the figures of its workers."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


@events.quitting.add_listener
def judge(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environment.process_exit_code = 5 if environment.stats.total.num_requests else 0


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.stats.num_requests > 5
