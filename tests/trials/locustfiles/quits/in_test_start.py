"""Ended before it has begun."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.test_start.add_listener
def end(environment, **_):
    print("begins")
    gevent.spawn_later(0.2, environment.runner.quit)


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
