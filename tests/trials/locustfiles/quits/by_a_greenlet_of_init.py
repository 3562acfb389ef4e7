"""A greenlet of the locustfile ends the run once there are requests."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


@events.init.add_listener
def watch(environment, **_):
    def end():
        while environment.stats.num_requests < 5:
            gevent.sleep(0.05)
        print("enough")
        environment.runner.quit()

    gevent.spawn(end)


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
