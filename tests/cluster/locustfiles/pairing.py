"""All that must come out the same in every pairing of nodes: methods, names, failures of three kinds, an exception,
classes with weights and a fixed count, both HTTP clients, messages of the suite's own both ways."""

import os
import random

from locust.runners import MasterRunner, WorkerRunner
from said import say

from locust import FastHttpUser, HttpUser, events, task

MOST = int(os.environ.get("RIG_TASKS", "1000000"))


def pause(seconds):
    """So long between two tasks; after the last one for good, until the test is over."""

    def wait_time(user):
        user.done = getattr(user, "done", 0) + 1
        return seconds if user.done < MOST else 3600

    return wait_time


class Web(HttpUser):
    weight = 3
    wait_time = pause(0.02)

    @task(5)
    def text(self):
        self.client.get("/text")

    @task(3)
    def post(self):
        self.client.post("/echo/order", json={"item": 1})

    @task(2)
    def broken(self):
        self.client.get("/status/500", name="/broken")

    @task(2)
    def caught(self):
        with self.client.get("/json", catch_response=True) as response:
            response.failure("caught by the suite")

    @task(2)
    def raising(self):
        self.client.get("/bytes/10")
        raise ValueError("raised by a task")

    @task(2)
    def named(self):
        self.client.get(f"/echo/names/{random.randrange(50)}", name="/echo/names/[id]")


class Fast(FastHttpUser):
    weight = 1
    wait_time = pause(0.02)

    @task(3)
    def bytes(self):
        self.client.get("/bytes/20")

    @task
    def missing(self):
        self.client.get("/status/404")


class Fixed(HttpUser):
    fixed_count = 1
    wait_time = pause(0.05)

    @task
    def bytes(self):
        self.client.get("/bytes/30")


@events.init.add_listener
def register(environment, **_):
    runner = environment.runner
    if isinstance(runner, WorkerRunner):

        def answer(environment, msg, **_):
            runner.send_message("rig_answer", {"index": runner.worker_index, "heard": msg.data})

        runner.register_message("rig_question", answer)
    elif isinstance(runner, MasterRunner):

        def heard(environment, msg, **_):
            say("answer", node=msg.node_id, data=msg.data)

        runner.register_message("rig_answer", heard)


@events.test_start.add_listener
def ask(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        environment.runner.send_message("rig_question", {"number": 7, "words": ["ä", None, 1.5]})
