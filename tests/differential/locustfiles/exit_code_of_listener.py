from _lab import end_run

from locust import User, events, task


@events.test_start.add_listener
def broken(environment, **_):
    raise ValueError("in test_start")


class Visitor(User):
    @task
    def work(self):
        end_run(self)
