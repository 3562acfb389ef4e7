"""What the worker counted is what the master has."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


@events.quit.add_listener
def say(**_):
    total = environments[0].stats.total
    print(total.num_requests > 5, total.min_response_time, total.max_response_time, total.num_failures)


environments = []


@events.init.add_listener
def know(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environments.append(environment)
    else:
        environments.append(environment)
        environment.events.quit._handlers.remove(say)


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
