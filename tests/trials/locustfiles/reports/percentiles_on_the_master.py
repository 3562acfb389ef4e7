"""Percentiles of what the worker measured."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        for time in range(1, 11):
            self.environment.events.request.fire(
                request_type="GET", name="x", response_time=time * 10, response_length=2
            )
        self.stop(force=True)


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        row = environment.stats.get("x", "GET")
        print(row.num_requests, row.median_response_time, row.get_response_time_percentile(0.9))
        print(row.avg_response_time, row.total_content_length, row.avg_content_length)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return environment.stats.num_requests == 30
