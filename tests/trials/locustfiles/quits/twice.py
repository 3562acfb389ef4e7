"""The run is ended twice from one greenlet."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        gevent.spawn(end, self.environment.runner).join()


def end(runner):
    runner.quit()
    runner.quit()
    print("ended twice")


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
