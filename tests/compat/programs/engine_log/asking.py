"""One user who is redirected each time; everything secret about its calls is `canary`."""

from locust import HttpUser, constant, task


class Asking(HttpUser):
    wait_time = constant(0.05)

    @task
    def ask(self) -> None:
        self.client.get("/redirect/1?token=canary", headers={"Authorization": "Bearer canary"}, auth=("me", "canary"))
