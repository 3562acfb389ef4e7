"""The suite that the pods run; an overlay puts its own in this place (`behavior: replace`)."""

from locust import HttpUser, between, task


class Visitor(HttpUser):
    wait_time = between(1, 2)

    @task
    def front_page(self) -> None:
        self.client.get("/")
