# run: -u 2 -r 2
from _lab import end_at_rest

from locust import HttpUser, constant, events, task

events.init.add_listener(lambda environment, **_: end_at_rest(environment))


class Visitor(HttpUser):
    wait_time = constant(60)

    def on_start(self):
        raise RuntimeError("cannot log in")

    @task
    def work(self):
        self.client.get("/json")
