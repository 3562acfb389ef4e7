"""Ended as soon as all users are there."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


runners = []


@events.init.add_listener
def know(environment, **_):
    runners.append(environment.runner)


@events.spawning_complete.add_listener
def end(user_count, **_):
    print("users:", user_count)
    runners[0].quit()


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
