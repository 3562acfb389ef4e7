"""Two runs side by side in one program, each with its own orders from a thread that is not gevent's."""

import json

import gevent
from gevent.monkey import get_original
from locust.env import Environment

from locust import User, constant, task


class Idle(User):
    wait_time = constant(30)

    @task
    def work(self):
        pass


runners = [Environment(user_classes=[Idle]).create_local_runner() for _ in range(2)]
receipts = {}


def ask(name, run, **order):
    receipts[name] = run.order(json.dumps(order), 30.0)


def place(name, runner, **order):
    get_original("_thread", "start_new_thread")(ask, (name, runner._run), order)


def until(condition):
    with gevent.Timeout(30):
        while not condition():
            gevent.sleep(0.01)


for count, runner in enumerate(runners, 1):
    place(f"start {count}", runner, order="start", user_count=count, spawn_rate=100, user_classes=None)
until(lambda: len(receipts) == 2 and [runner.user_count for runner in runners] == [1, 2])
print("users", [runner.user_count for runner in runners])
place("stop", runners[1], order="stop")
until(lambda: "stop" in receipts)
print("users", [runner.user_count for runner in runners])
for runner in runners:
    runner.quit()
print(sorted(receipts.items()))
