# variants: http fast
# host: none
from _lab import Client

from locust import task


class Visitor(Client):
    @task
    def work(self):
        self.client.get("/json")
