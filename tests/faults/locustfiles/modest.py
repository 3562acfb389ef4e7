"""Asks for what is fine, by both clients."""

from locust import FastHttpUser, HttpUser, constant, task


class Http(HttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        self.client.get("/fine")


class Fast(FastHttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        self.client.get("/fine")
