"""Takes every line of docs/http-roads.md and prints, as JSON, which road the call took: `[client, line, said, taken]`.

Usage: `roads.py HOST DOCUMENT`. The account of python-timed samples and the response's exchange say the road.
"""

import io
import json
import re
import sys
from contextlib import redirect_stdout
from importlib import import_module
from types import ModuleType

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser, User, constant  # noqa: I001 - first: it patches the standard library
from locust.clients import HttpSession
from locust.contrib.fasthttp import LocustUserAgent
from locust.env import Environment

from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from requests.cookies import RequestsCookieJar

HOST, DOCUMENT = sys.argv[1:]
NAMES = {
    "__file__": __file__,
    "io": io,
    "requests": requests,
    "urllib3": urllib3,
    "HTTPAdapter": HTTPAdapter,
    "HTTPBasicAuth": HTTPBasicAuth,
    "HTTPDigestAuth": HTTPDigestAuth,
    "RequestsCookieJar": RequestsCookieJar,
    "DefaultCookiePolicy": DefaultCookiePolicy,
    "LocustUserAgent": LocustUserAgent,
}


class Idle(User):
    """A run needs a user class; nobody starts it."""

    wait_time = constant(1)
    tasks = [print]


def road_of(base, form):
    environment = Environment(user_classes=[Idle])
    runner = environment.create_local_runner()
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(environment).client
    *settings, call = form.split("; ")
    names = {**NAMES, "client": client}
    exec("; ".join(settings), names)
    account = runner.stats._native.accounting
    before = account()["python_timed"]
    response = eval(call, names)
    exception = getattr(response, "request_meta", {}).get("exception")
    assert exception is None, f"{form}: {exception}"
    counted = account()["python_timed"] - before
    runner.quit()
    if counted:
        return "python" if counted == 1 else f"python-timed {counted} times"
    exchange = getattr(response, "__dict__", {})["_exchange"]
    return "engine" if exchange.prepared is None else "prepared"


def road_while_replaced(base, dotted):
    owner, attribute = named(dotted)
    original = getattr(owner, attribute)

    def stand_in(*args, **kwargs):
        return original(*args, **kwargs)

    replacement = stand_in
    if isinstance(original, type):
        replacement = type(original.__name__, (original,), {})
    elif isinstance(original, frozenset):
        replacement = original | {999}
    elif isinstance(original, int):
        replacement = original + 1
    elif isinstance(original, ModuleType):
        replacement = ModuleType(original.__name__)
    setattr(owner, attribute, replacement)
    try:
        with redirect_stdout(sys.stderr):  # http.client debugs to it
            return road_of(base, 'client.get("/text")')
    finally:
        setattr(owner, attribute, original)  # even if the owner has only inherited it


def road_of_a_subclass(dotted):
    """Of a session whose class overrides a method of the table, and only calls `super()` there."""
    owner, attribute = named(dotted)
    if not issubclass(HttpSession, owner if isinstance(owner, type) else ()) or attribute == "request":
        return "python"  # nothing to override, or above the roads

    def override(self, *args, **kwargs):
        return getattr(super(session_class, self), attribute)(*args, **kwargs)

    session_class = type("OwnSession", (HttpSession,), {attribute: override})

    class Own(HttpUser):
        abstract = True

        def __init__(self, environment):
            super().__init__(environment)
            self.client = session_class(self.host, environment.events.request, self)
            self.client.trust_env = False

    return road_of(Own, 'client.get("/text")')


def named(dotted):
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            owner = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:-1]:
            owner = getattr(owner, part)
        return owner, parts[-1]
    raise LookupError(dotted)


def lines():
    """Client class, first cell, second cell: of each table, whose head says what stands in its first column."""
    base, kind = HttpUser, ""
    for line in open(DOCUMENT):
        if line.startswith("## "):
            base = FastHttpUser if "Fast" in line else HttpUser
        if cells := re.fullmatch(r"\| (\S.*) \| (\w+) \|\n", line):
            first, road = cells.groups()
            if road == "road":
                kind = first
            else:
                yield base, kind, first.strip("`"), road


results = []
for base, kind, first, road in lines():
    taken = road_of(base, first) if kind == "call" else road_while_replaced(base, first)
    if kind == "replaced" and base is HttpUser and taken == road:
        taken = road_of_a_subclass(first)
    results.append([base.__name__, first, road, taken])
    after = road_of(base, 'client.get("/text")')
    assert after == "engine", f"after {first}: {after}"
print(json.dumps(results))
