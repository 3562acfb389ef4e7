"""Ask `out_of_turn_peer.py` for answers in each order, and print what came: client, order, bytes, failure, how long the
script waited, and the time that is reported."""

import json
import time

import gevent
import gevent.event

from locust import FastHttpUser, HttpUser, events, task

ORDERS = ("0-12", "02-1", "12-0")
VISITS = 2
reported = {}
left = {"Http", "Fast"}


@events.request.add_listener
def report(name, response_time, exception, **_):
    reported[name] = response_time / 1000, repr(exception)


def visit_all(user):
    kind = type(user).__name__
    for order in ORDERS * VISITS:
        name, begun = f"{kind} {order}", time.perf_counter()
        length = len(user.client.get(f"/{order}", name=name).content or b"")
        waited = time.perf_counter() - begun
        response_time, failure = reported[name]
        print(json.dumps([kind, order, length, failure, waited, response_time]), flush=True)
    left.discard(kind)
    if not left:
        gevent.spawn(user.environment.runner.quit)
    gevent.event.Event().wait()


class Http(HttpUser):
    host = "http://10.9.0.2"

    @task
    def visit(self):
        visit_all(self)


class Fast(FastHttpUser):
    host = "http://10.9.0.2"

    @task
    def visit(self):
        visit_all(self)
