"""Runs every call form once, in order, under either tool; the lab server writes down what arrives.

A plain user drives: for each form it opens a chapter in the server's record, makes a fresh HttpUser or
FastHttpUser, calls, and notes what was raised and what the request event said.
"""

import json
import os
import re
import socket

import gevent

from locust import FastHttpUser, HttpUser, User, events, task
from tests.differential.lab.forms import FORMS, Form

KIND = os.environ["WIRE_CLIENT"]
ONLY = os.environ.get("WIRE_FORMS", "").split()
told = []


class Control:
    """The line to the lab server's control port."""

    def __init__(self):
        self.file = socket.create_connection(("127.0.0.1", int(os.environ["WIRE_CONTROL"]))).makefile("rwb")

    def say(self, **order):
        self.file.write(json.dumps(order).encode() + b"\n")
        self.file.flush()
        return json.loads(self.file.readline())


@events.request.add_listener
def tell(request_type, name, exception, url, response_length, **_):
    outcome = repr(exception) if exception else None
    told.append([request_type, name, url, response_length, outcome])


def user_for(form: Form, environment, port):
    base = HttpUser if KIND == "http" else FastHttpUser
    host = form.host.format(address=f"127.0.0.1:{port}", port=port)
    return type("FormUser", (base,), {"abstract": True, "host": host, **form.user})(environment)


def run(form: Form, environment, port):
    told.clear()
    try:
        form.call(user_for(form, environment, port).client)
    except Exception as raised:
        return {"raised": masked(repr(raised)), "told": [*told]}
    return {"raised": None, "told": [*told]}


def masked(text):
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


class Driver(User):
    @task
    def all_forms(self):
        control = Control()
        for form in FORMS.values():
            if KIND in form.clients and (not ONLY or form.name in ONLY):
                port = control.say(begin=form.name)
                control.say(note=run(form, self.environment, port))
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)
