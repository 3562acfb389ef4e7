"""Lifecycle: what happens when a user or a task set begins and ends. The host stands in the class; -H would win.

rlocust demo --port 8000
rlocust -f lifecycle.py --headless -u 5 -r 5 -t 10s --stop-timeout 5
"""

import os

from locust import HttpUser, TaskSet, constant, task


class Shopping(TaskSet):
    def on_start(self):
        self.client.get("/echo/shop/enter")

    @task(3)
    def look(self):
        self.client.get("/echo/shop/look")

    @task
    def leave(self):
        self.interrupt()

    def on_stop(self):
        self.client.get("/echo/shop/leave")


class Customer(HttpUser):
    host = os.environ.get("TARGET", "http://127.0.0.1:8000")
    wait_time = constant(0.1)
    tasks = [Shopping]

    def on_start(self):
        self.client.post("/login", {"username": "ann", "password": "secret"})

    @task
    def who_am_i(self):
        with self.client.get("/me", catch_response=True) as response:
            if response.json().get("user") != "ann":
                response.failure("not logged in")

    def on_stop(self):
        self.client.post("/logout")
