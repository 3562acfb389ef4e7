"""A locustfile whose run gets orders from a thread that is not gevent's. The thread says what the receipts were."""

import json
import os
import time

import gevent
from gevent.monkey import get_original

from locust import User, constant, events, task

said_all = []
sleep = get_original("time", "sleep")


def say(*words):
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


class First(User):
    wait_time = constant(0.05)

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="X", name="/", response_time=1, response_length=0, exception=None, context={}
        )


class Second(User):
    wait_time = constant(0.05)
    is_asked_to_block = is_blocking = False

    @task
    def work(self):
        if Second.is_asked_to_block:
            Second.is_asked_to_block, Second.is_blocking = False, True
            while Second.is_blocking:
                pass


def place(run, limit=30.0, **order):
    word, text = run.order(json.dumps(order), limit)
    say(order["order"], word, text)
    return word, text


@events.init.add_listener
def prepare(environment, **_):
    runner = environment.runner
    start = runner.start

    def own_start(user_count, spawn_rate, wait=False, user_classes=None):
        say("started", user_count, spawn_rate, [each.__name__ for each in user_classes or []])
        start(user_count, spawn_rate, wait=wait, user_classes=user_classes)

    runner.start = own_start
    runner.register_message("hello", lambda environment, msg: say("heard", msg.data, "from", msg.node_id))
    events.reset_stats.add_listener(lambda: say("reset"))
    get_original("_thread", "start_new_thread")(give_orders, (environment, runner._run))


def give_orders(environment, run):
    place(run, order="message", kind="hello", data=[1, None], sender="elsewhere")
    place(run, order="message", kind="nobody", data=None, sender="elsewhere")
    place(run, order="start", user_count=3, spawn_rate=100, user_classes=["Second"])
    place(run, order="start", user_count=3, spawn_rate=100, user_classes=["Third"])
    place(run, order="update_user_class", settings={"user_class_name": "First", "weight": 7})
    say("weight", First.weight)
    place(run, order="reset_stats")
    while environment.runner.user_classes_count["Second"] < 2:
        sleep(0.01)
    Second.is_asked_to_block = True
    while not Second.is_blocking:
        sleep(0.01)
    word, seconds = run.order(json.dumps({"order": "reset_stats"}), 1.0)
    say("while a task computes:", word, float(seconds) >= 1)
    try:
        run.order("{}", 1.0)
    except ValueError as error:
        say("refused:", "order" in str(error))
    Second.is_blocking = False
    place(run, order="quit")
    place(run, order="stop")
    said_all.append(True)


@events.quit.add_listener
def wait_for_the_last_receipt(**_):
    until = time.monotonic() + 30
    while not said_all and time.monotonic() < until:
        gevent.sleep(0.01)
