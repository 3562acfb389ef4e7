"""Nested tasks are left, then the run."""

import gevent

from locust import SequentialTaskSet, User, constant, events, task


class Inner(SequentialTaskSet):
    rounds = 0

    @task
    def first(self):
        Inner.rounds += 1

    @task
    def second(self):
        if Inner.rounds > 6:
            gevent.spawn(self.user.environment.runner.quit).join()
        self.interrupt()


class Caller(User):
    wait_time = constant(0.01)
    tasks = [Inner]  # noqa: RUF012 - as it is written by everybody


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code, Inner.rounds > 6)
