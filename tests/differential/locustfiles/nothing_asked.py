# run: -u 2 -r 2 -t 2s
from locust import HttpUser, constant, task


class Visitor(HttpUser):
    wait_time = constant(60)

    def on_start(self):
        raise RuntimeError("cannot log in")

    @task
    def work(self):
        self.client.get("/json")
