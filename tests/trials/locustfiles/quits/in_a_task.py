"""A task ends the run."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.runner.quit()
        print("never reached")


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
