"""The master sees its worker run."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.quitting.add_listener
def say(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        print(seen)


seen = []


def runs(environment):
    clients = environment.runner.clients
    states = [client.state for client in clients.values()]
    if states == ["running"] and sum(client.user_count for client in clients.values()) == 3:
        seen.append((states, environment.runner.worker_count, len(clients.running)))
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
    return runs(environment)
