"""Makes one call by each road to each end and prints, as JSON, what the account says of it and what the server counted:
`[road, end, samples, attempts, server]`, classes that are zero left out.

Usage: `accounts.py HOST CLOSED`, `CLOSED` being an address where nobody listens.
"""

import http.client
import json
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser, User, constant  # noqa: I001 - first: it patches the standard library
from locust.env import Environment
from tests.compat.programs.helpers import until

import gevent
import requests
from gevent.event import Event
from requests.adapters import HTTPAdapter

HOST, CLOSED = sys.argv[1:]
SLOW = "/delay/60000"
SAMPLES = ("ok", "failed", "failed_before_send", "cut", "unreported", "open", "python_timed", "fired_by_suite")
ATTEMPTS = ("answered", "failed_after_send", "cut_after_send", "attempts_unknown")


class Idle(User):
    """A run needs a user class; nobody starts it."""

    wait_time = constant(1)
    tasks = [print]


def no_hook(response, **_):
    return None


def mounted(client):
    client.mount("http://", HTTPAdapter())


def other_codes(client):
    client.client.valid_response_codes = frozenset([200, 302])


# Road -> the class of the user, what is done to its client first, the arguments of the call.
ROADS: dict[str, tuple[type, Callable[[Any], Any], dict[str, Any]]] = {
    "engine": (HttpUser, no_hook, {}),
    "prepared": (HttpUser, no_hook, {"cookies": {"a": "b"}}),
    "hooks": (HttpUser, no_hook, {"hooks": {"response": no_hook}}),
    "auth": (HttpUser, no_hook, {"auth": lambda request: request}),
    "stream": (HttpUser, no_hook, {"stream": True}),
    "mounted": (HttpUser, mounted, {}),
    "replaced": (HttpUser, no_hook, {}),
    "fast engine": (FastHttpUser, no_hook, {}),
    "fast agent": (FastHttpUser, other_codes, {}),
    "fast stream": (FastHttpUser, no_hook, {"stream": True}),
}


def received() -> int:
    line = http.client.HTTPConnection(urlsplit(HOST).netloc, timeout=30)
    line.request("GET", "/counters")
    total = json.loads(line.getresponse().read())["total"]
    line.close()
    return total


def in_flight(call, exception):
    """Ends a call with an exception once the server has its request."""
    before = received()
    greenlet = gevent.spawn(quiet, call, SLOW)
    until(lambda: received() > before)
    greenlet.kill(exception, block=True)


def quiet(call, *arguments, **keywords):
    """A suite that catches everything, so that gevent prints no traceback."""
    try:
        call(*arguments, **keywords)
    except BaseException:
        pass


def in_block(call, leave):
    with call("/text", catch_response=True):
        leave()


def killed_in_block(call):
    inside = Event()

    def leave():
        inside.set()
        Event().wait()

    greenlet = gevent.spawn(quiet, in_block, call, leave)
    inside.wait()
    greenlet.kill()


def dropped(call):
    def leave():
        raise ValueError("not the response's fault")

    quiet(in_block, call, leave)


def failed_in_block(call):
    with call("/text", catch_response=True) as response:
        response.failure("no")


def broken_hook(call):
    def raises(response, **_):
        raise ValueError("of the suite")

    quiet(call, "/text", hooks={"response": raises})


ENDS: dict[str, Callable[[Any], Any]] = {
    "answered": lambda call: call("/text"),
    "error": lambda call: call("/status/500"),
    "redirected": lambda call: call("/redirect/2"),
    "refused": lambda call: call(CLOSED + "/text"),
    "reset": lambda call: call("/fault/reset"),
    "failed in block": failed_in_block,
    "dropped": dropped,
    "killed in block": killed_in_block,
    "killed": lambda call: in_flight(call, gevent.GreenletExit),
    "timed out": lambda call: in_flight(call, gevent.Timeout(20)),
    "no such scheme": lambda call: quiet(call, "odd://nowhere/"),
    "unknown argument": lambda call: quiet(call, "/text", surprise=object()),
    "broken hook": broken_hook,
}


def account(environment):
    return dict(environment.stats._native.accounting())


def counted(road, end):
    base, prepare, keywords = ROADS[road]
    environment = Environment(user_classes=[Idle])
    environment.create_local_runner()
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(environment).client
    prepare(client)
    if base is HttpUser:
        client.trust_env = False
        client.get_adapter("http://")  # no road but the one asked for
    before = received()

    def call(path, **more):
        return client.get(path, **{**keywords, **more})

    ENDS[end](call)
    environment.runner.quit()
    until(lambda: rlocust._native.owed() == 0)
    counts = account(environment)
    of = lambda names: {name: counts[name] for name in names if counts.get(name)}  # noqa: E731
    return of(SAMPLES), of(ATTEMPTS), received() - before


def rows():
    original = requests.Session.send
    for road in ROADS:
        for end in ENDS:
            if end in ("broken hook",) and ROADS[road][0] is FastHttpUser:
                continue
            if road == "replaced":
                requests.Session.send = lambda *a, **k: original(*a, **k)
            try:
                yield [road, end, *counted(road, end)]
            finally:
                requests.Session.send = original


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))
