"""A listener on the worker that raises."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


@events.report_to_master.add_listener
def wrong(client_id, data, **_):
    data["own"] = 1
    raise ValueError("in the listener")


@events.worker_report.add_listener
def take(client_id, data, **_):
    seen.add(data.get("own"))


seen = set()


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        print(1 in seen)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.stats.num_requests > 5 and 1 in seen
