"""Failed requests make the exit code 1."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(
            request_type="GET", name="x", response_time=1, response_length=0, exception=ValueError("no")
        )
        self.environment.runner.quit()


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
