"""The exit code is judged when the run is over."""

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        self.environment.events.request.fire(request_type="GET", name="x", response_time=1, response_length=0)
        if self.environment.stats.num_requests > 4:
            self.environment.runner.quit()


@events.quitting.add_listener
def judge(environment, **_):
    environment.process_exit_code = 3 if environment.stats.total.num_requests > 4 else 0


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
