"""A task that computes much, one that computes little, one whose calls the engine leaves to `requests`; see
test_profile.py."""

from locust import HttpUser, constant, task


def add_squares(count):
    total = 0
    for number in range(count):
        total += number * number
    return total


class Shopper(HttpUser):
    wait_time = constant(0.01)

    @task
    def compute(self):
        add_squares(200_000)
        self.client.get("/text")

    @task
    def ask(self):
        add_squares(20_000)
        self.client.get("/text")

    @task
    def stream(self):
        add_squares(20_000)
        self.client.get("/text", stream=True).close()
