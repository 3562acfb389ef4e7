"""Asks a server whose every answer may be wrong, by both clients and both versions of HTTP, and looks at what came.

SIEGE_CALLS is how many calls are made before the run ends itself; the number made is printed at the end, and a hundred
times on the way how many bytes the allocator has handed out. Jars are full from the start: what a server adds takes the
place of another cookie, so that memory which grows is not theirs."""

import os
import zlib

import brotli
from heap import held
from requests.cookies import create_cookie

from locust import FastHttpUser, HttpUser, constant, events, task

#: What the clients throw at their caller, under Locust too: redirects to nowhere, bodies that cannot be undone.
THROWN = (ValueError, zlib.error, brotli.error)
PATIENCE = 0.3  # seconds with a server that says nothing more
A_FULL_JAR = 180  # cookies of a domain, as browsers keep them
ENOUGH = int(os.environ["SIEGE_CALLS"])
calls = 0


def ask(user, method, **more):
    global calls
    if calls >= ENOUGH:
        user.environment.runner.quit()
    calls += 1
    if calls % (ENOUGH // 100) == 0:
        print("held:", held())
    try:
        response = user.client.request(method, "/", name=type(user).__name__, **more)
        return len(response.content or b""), len(response.headers or ())
    except THROWN:
        return None


def fill(jar):
    """Cookies of a path that is never asked for: they are kept, not sent."""
    for number in range(A_FULL_JAR):
        jar.set_cookie(create_cookie(f"kept{number}", "x" * 40, domain="127.0.0.1", path="/never"))


class One(HttpUser):
    wait_time = constant(0)
    http_version = "1.1"

    def on_start(self):
        fill(self.client.cookies)

    @task(4)
    def get(self):
        ask(self, "GET", timeout=PATIENCE)

    @task
    def post(self):
        ask(self, "POST", data={"a": "b"}, timeout=PATIENCE)

    @task
    def head(self):
        ask(self, "HEAD", timeout=PATIENCE)


class Two(One):
    http_version = "2"


class FastOne(FastHttpUser):
    wait_time = constant(0)
    connection_timeout = network_timeout = PATIENCE

    def on_start(self):
        fill(self.client.cookiejar)

    @task(4)
    def get(self):
        ask(self, "GET")

    @task
    def post(self):
        ask(self, "POST", data="a=b")

    @task
    def head(self):
        ask(self, "HEAD")


class FastTwo(FastOne):
    http_version = "2"


@events.quit.add_listener
def say(**_):
    print(f"calls: {calls}")
