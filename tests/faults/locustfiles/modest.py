"""Asks for what is fine, by both clients. With MODEST_FAULT the run ends once calls have failed with this text in their
errors, so many as there are below, and one was served."""

import os

import gevent

from locust import FastHttpUser, HttpUser, constant, task

FAULT = os.environ.get("MODEST_FAULT")
ENOUGH = 20
served = failed = 0


def ask(user):
    global served, failed
    error = getattr(user.client.get("/fine"), "error", None)  # a fast client's answer has none
    served += error is None
    failed += FAULT is not None and FAULT in str(error)
    if served and failed >= ENOUGH:
        gevent.spawn(user.environment.runner.quit)  # which waits for this task, too


class Http(HttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        ask(self)


class Fast(FastHttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        ask(self)
