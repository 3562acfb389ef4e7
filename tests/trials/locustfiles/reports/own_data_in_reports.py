"""Workers add a count of their own, the master sums it up."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)
        work.append(1)


work = []
summed = []


@events.report_to_master.add_listener
def add(client_id, data, **_):
    data["own"] = len(work)
    work.clear()


@events.worker_report.add_listener
def take(client_id, data, **_):
    summed.append(data["own"])


@events.quit.add_listener
def say(**_):
    if summed:
        print("some", sum(summed) > 5)


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return sum(summed) > 5
