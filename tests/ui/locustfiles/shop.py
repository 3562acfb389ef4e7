"""A real run behind the page, with a name that the made-up run has, too; one of its answers is a failure."""

from locust import HttpUser, constant, tag, task


class Shopper(HttpUser):
    wait_time = constant(0.05)

    @task
    def log_in(self):
        self.client.get("/json", name="/login")

    @tag("slow")
    @task
    def look(self):
        self.client.get("/text", name="/shop")
        self.client.get("/status/503", name="/checkout")
