"""A load shape that has enough ends the run."""

from locust import LoadTestShape, User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


class Shape(LoadTestShape):
    ticks = 0

    def tick(self):
        Shape.ticks += 1
        print("tick")
        return (2, 10) if Shape.ticks < 3 else None


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
