"""The locustfile decides on the exit code."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.process_exit_code = 7
        self.environment.runner.quit()


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
