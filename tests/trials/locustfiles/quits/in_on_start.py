"""The first user ends the run before its first task."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    def on_start(self):
        self.environment.runner.quit()
        print("never reached")

    @task
    def call(self):
        print("a task")


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
