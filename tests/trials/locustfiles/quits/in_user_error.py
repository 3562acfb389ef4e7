"""An error of a task ends the run."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        raise ValueError("wrong")


errors = []


@events.user_error.add_listener
def end(user_instance, exception, **_):
    errors.append(exception)
    if len(errors) == 1:
        print("an error:", exception)
    gevent.spawn(user_instance.user.environment.runner.quit)


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
