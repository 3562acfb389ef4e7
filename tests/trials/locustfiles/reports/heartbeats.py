"""Both sides hear each other."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


heard = {"sent": 0, "received": 0}


@events.heartbeat_sent.add_listener
def sent(client_id, timestamp, **_):
    heard["sent"] += 1


@events.heartbeat_received.add_listener
def received(client_id, timestamp, **_):
    heard["received"] += 1


@events.quit.add_listener
def say(**_):
    print({name: count > 0 for name, count in heard.items()})


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return heard["sent"] > 1
