"""One user's on_stop raises."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    def on_stop(self):
        print("on_stop")
        raise ValueError("in on_stop")

    @task
    def call(self):
        gevent.sleep(0.2)
        self.environment.runner.quit()


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
