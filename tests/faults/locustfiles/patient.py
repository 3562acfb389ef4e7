"""Waits for an answer that trickles: no limit of a client's ends that."""

from locust import FastHttpUser, HttpUser, task


class Http(HttpUser):
    @task
    def ask(self):
        self.client.get("/trickle/1000/100", name="http")


class Fast(FastHttpUser):
    @task
    def ask(self):
        self.client.get("/trickle/1000/100", name="fast")
