"""Every user ends the run in the same moment."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        gevent.sleep(0.3)
        self.environment.runner.quit()
        raise AssertionError("never reached")


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
