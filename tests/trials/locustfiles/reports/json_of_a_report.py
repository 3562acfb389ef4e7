"""A listener writes each report as JSON."""

import json

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


kinds = set()


@events.worker_report.add_listener
def keep(client_id, data, **_):
    json.dumps(data)
    kinds.update(key for key in data if key != "rlocust")


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        print(sorted(kinds))


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return kinds and environment.stats.num_requests > 5
