"""The listener of the tenth request ends the run."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)


calls = []


@events.request.add_listener
def count(**_):
    calls.append(1)
    if len(calls) == 10:
        print("ten")
        runners[0].quit()


runners = []


@events.init.add_listener
def know(environment, **_):
    runners.append(environment.runner)


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
