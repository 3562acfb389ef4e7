"""A load shape, and another one to pick."""

from locust import LoadTestShape, User, constant, task


class Worker(User):
    wait_time = constant(0.05)
    host = "http://nowhere"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name="/work", response_time=1, response_length=1, exception=None, context={}
        )


class Idle(User):
    wait_time = constant(0.1)

    @task
    def rest(self):
        pass


class TwoUsers(LoadTestShape):
    def tick(self):
        return 2, 10


class Common(LoadTestShape):
    use_common_options = True

    def tick(self):
        return 1, 10
