"""Every place that a user and a password can be in: `CANARY` stands for both, the target's address follows it."""

import os

from locust import FastHttpUser, HttpUser, User, constant, events, task

CANARY, ADDRESS = os.environ["CANARY"], os.environ["ADDRESS"]
WITH = f"http://{CANARY}:{CANARY}@{ADDRESS}"
REFUSED = f"http://{CANARY}:{CANARY}@127.0.0.1:1"
HEADERS = {"Authorization": f"Bearer {CANARY}", "Cookie": f"session={CANARY}", "X-Api-Key": CANARY}


class Visitor:
    wait_time = constant(10)
    host = WITH

    def visit(self):
        self.client.get("/text")
        self.client.get("/text", headers=HEADERS)
        self.client.get("/text", headers=HEADERS, stream=True)  # by the Python library
        self.client.get(f"http://{ADDRESS}/redirect/1", headers=HEADERS)
        self.client.get("http://127.0.0.1:1/no", headers=HEADERS)
        self.client.get(f"{WITH}/json")
        self.client.get(f"{WITH}/status/500")
        self.client.get(f"{WITH}/redirect/2")
        self.client.get(f"{REFUSED}/refused")
        with self.client.get(f"{WITH}/json?judged", catch_response=True) as response:
            response.failure("judged")


class Http(Visitor, HttpUser):
    @task
    def go(self):
        self.visit()
        self.client.get("/text", auth=(CANARY, CANARY), cookies={"session": CANARY})
        self.client.get(f"http://{ADDRESS}/text", proxies={"http": REFUSED})


class Fast(Visitor, FastHttpUser):
    @task
    def go(self):
        self.visit()
        with self.rest("GET", f"{WITH}/json?rest") as response:
            raise ValueError(response.js["message"])


class Own(User):
    wait_time = constant(10)

    @task
    def go(self):
        events.request.fire(
            request_type="OWN", name=f"{WITH}/own", response_time=1, response_length=1, exception=None, context={}
        )
