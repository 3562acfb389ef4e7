"""A journey through a to-do service: create, list, read, update, delete, the ids kept in the user.

Runs on the demo server and on any service with the same five addresses (a FastAPI one stands in tests/compat/apps).

rlocust demo --port 8000
rlocust -f todo_journey.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000
"""

import random

from locust import HttpUser, between, constant, task


class TodoClient(HttpUser):
    """What all users of the service can do. The statistics know one row for all items, not one for each."""

    abstract = True

    def on_start(self):
        self.items = []

    def create(self):
        sent = {"title": f"item {random.randint(1, 1000)}", "done": False}
        with self.client.post("/items", json=sent, catch_response=True) as response:
            if response.status_code != 201:
                response.failure(f"created with status {response.status_code}")
            else:
                self.items.append(response.json()["id"])

    def read(self, item):
        self.client.get(f"/items/{item}", name="/items/[id]")

    def update(self, item):
        changed = {"title": "changed", "done": True}
        with self.client.put(f"/items/{item}", json=changed, name="/items/[id]", catch_response=True) as response:
            if response.status_code in (200, 404):
                response.success()  # 404: somebody else was faster
            else:
                response.failure(f"updated with status {response.status_code}")

    def delete(self, item):
        with self.client.delete(f"/items/{item}", name="/items/[id]", catch_response=True) as response:
            if response.status_code != 204:
                response.failure(f"deleted with status {response.status_code}")


class TodoUser(TodoClient):
    """Does one thing at a time, as it comes."""

    weight = 3
    wait_time = between(0.05, 0.2)

    @task(3)
    def write_down(self):
        self.create()

    @task(2)
    def look(self):
        self.client.get("/items")

    @task(2)
    def look_closely(self):
        if self.items:
            self.read(random.choice(self.items))

    @task(2)
    def tick_off(self):
        self.update(random.choice(self.items) if self.items else 999_999_999)

    @task
    def forget(self):
        if self.items:
            self.delete(self.items.pop())


class WorkflowUser(TodoClient):
    """The whole life of an item in one task."""

    weight = 2
    wait_time = between(0.05, 0.2)

    @task
    def work(self):
        self.create()
        self.client.get("/items")
        if self.items:
            item = self.items.pop()
            self.read(item)
            self.update(item)
            self.delete(item)


class StressUser(TodoClient):
    """Hardly rests."""

    wait_time = constant(0.01)

    @task
    def list_again_and_again(self):
        self.client.get("/items")
