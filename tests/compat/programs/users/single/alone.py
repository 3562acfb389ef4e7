"""A user whose steps report requests of every shape, and listeners of what a single user fires."""

from locust.exception import CatchResponseError, StopUser

from locust import User, events, task


class Alone(User):
    step = 0

    @task
    def work(self):
        self.step += 1
        fire = self.environment.events.request.fire
        if self.step == 1:
            fire(
                request_type="GET",
                name="n",
                response_time=12.6,
                response_length=10,
                exception=None,
                context={"a": 1},
                start_time=1700000000.123456,
            )
        elif self.step == 2:
            fire(
                request_type="GET",
                name="n" * 60,
                response_time=12.5,
                response_length=10,
                exception=CatchResponseError("caught"),
                context={},
                start_time=1700000000.0,
            )
        elif self.step == 3:
            fire(
                request_type="LONGMETHOD",
                name="m",
                response_time=1234567890.5,
                response_length=10,
                exception=ValueError("v" * 600),
                context={},
            )
        elif self.step == 4:
            fire(request_type="GET", name="m", response_time=None, response_length=10, exception="text", context={})
        elif self.step == 5:
            raise ValueError("goes on")
        else:
            raise StopUser()


@events.init.add_listener
def on_init(environment, runner, web_ui):
    print("init", runner, web_ui, environment.locustfile, environment.host, environment.events is events)


@events.test_start.add_listener
def on_test_start(environment):
    print("test_start", environment.runner)
