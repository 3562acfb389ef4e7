# run: --exit-code-on-error 3
from _lab import Client, end_run

from locust import task


class Visitor(Client):
    @task
    def fail(self):
        self.client.get("/status/500")
        end_run(self)
