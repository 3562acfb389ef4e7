"""A shape that ends once its user is there."""

from locust import LoadTestShape, User, constant, task


class Quiet(User):
    wait_time = constant(0.05)
    host = "http://nowhere"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name="/quiet", response_time=1, response_length=1, exception=None, context={}
        )


class Short(LoadTestShape):
    def tick(self):
        return (1, 10) if self.runner.state != "running" else None
