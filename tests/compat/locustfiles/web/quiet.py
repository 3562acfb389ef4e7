"""One user class that reports a request now and then."""

from locust import User, constant, task


class Quiet(User):
    wait_time = constant(0.05)
    host = "http://nowhere"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name="/quiet", response_time=1, response_length=1, exception=None, context={}
        )
