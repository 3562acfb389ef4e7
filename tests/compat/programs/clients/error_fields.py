"""Prints what geventhttpclient and Locust put into the exceptions of FastHttpUser, during the `request` event and after
the call: `request`, `response`, `http_log`. Both by the engine and by the user agent.

Usage: `error_fields.py HOST PORT`; nothing listens at the port.
"""

import re
import sys

import gevent
from locust.env import Environment

from locust import FastHttpUser, User, constant

HOST, CLOSED = sys.argv[1], f"http://127.0.0.1:{sys.argv[2]}"


class Idle(User):
    wait_time = constant(1)
    tasks = [print]


def told_request(request):
    own = sorted((name.lower(), str(value)) for name, value in request.headers.items() if name.lower() != "host")
    return type(request).__name__, request.url, request.method, request.payload, own


def told_response(response, error):
    if response is None:
        return None
    is_own = getattr(response, "error", error) is error
    return type(response).__name__, response.status_code, len(response.content), response.url, is_own


def told(error):
    print(type(error).__name__, sorted(vars(error).keys() - {"text", "request", "response", "http_log"}))
    if hasattr(error, "request"):
        print("request", told_request(error.request))
    if hasattr(error, "response"):
        print("response", told_response(error.response, error), error.response.request.url == error.request.url)
    if hasattr(error, "http_log"):
        print("log", re.sub(r"(?i)\ndate: .*", "", error.http_log))
    if original := getattr(error, "original", None):
        told(original)


def listener(name, exception, **_):
    print("heard", name)
    if exception is not None:
        told(exception)


def plain(client, *arguments, **keywords):
    return client.request(*arguments, **keywords)


def caught(client, *arguments, **keywords):
    with client.request(*arguments, catch_response=True, **keywords) as response:
        pass
    return response


def late(client, *arguments, **keywords):
    """A limit of the suite's own."""
    with gevent.Timeout(1):
        return client.request(*arguments, **keywords)


WAYS = [
    (plain, "GET", "/status/404"),
    (plain, "POST", "/status/500", {"data": "text", "headers": {"X-One": "1"}}),
    (plain, "PUT", "/status/418", {"json": {"a": 1}}),
    (caught, "GET", "/status/404"),
    (plain, "GET", "/fault/reset"),
    (caught, "GET", "/fault/reset"),
    (plain, "POST", "/fault/reset", {"data": b"bytes"}),
    (plain, "GET", "/fault/short-body"),
    (plain, "GET", "/fault/bad-gzip"),
    (plain, "GET", f"{CLOSED}/a?b=c"),
    (caught, "GET", f"{CLOSED}/"),
    (plain, "GET", "/redirect/60"),
    (late, "GET", "/delay/60000"),
]

runner = Environment(user_classes=[Idle]).create_local_runner()
environment = runner.environment
environment.events.request.add_listener(listener)
for road in "engine", "agent":
    # What the agent alone knows: nothing is retried after the delay.
    own = {} if road == "engine" else {"ssl_context_factory": lambda: None}
    client = type("Caller", (FastHttpUser,), {"abstract": True, "host": HOST, **own})(environment).client
    for call, method, path, *keywords in WAYS:
        print(road, call.__name__, method, path)
        response = call(client, method, path, **(keywords[0] if keywords else {}))
        error = getattr(response, "error", None)
        print("after", response.status_code, type(error).__name__)
        if error is not None:
            told(error)
runner.quit()
