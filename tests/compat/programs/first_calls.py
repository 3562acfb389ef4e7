"""What the first call by a Python library still has to set up once its clock runs: modules, SSL contexts, the resolver.

Usage: `first_calls.py HOST CLIENT`, in a process of its own for each client.
"""

import sys

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser, clients  # noqa: I001 - first: it patches the standard library
from locust.env import Environment

import gevent

HOST, CLIENT = sys.argv[1:]
BASE, KEYWORDS = {
    "HttpUser": (HttpUser, {"hooks": {"response": lambda response, **_: None}}),
    "FastHttpUser": (FastHttpUser, {"stream": True}),
}[CLIENT]
contexts, found = 0, []
create_context = clients.create_urllib3_context


def counted(*arguments, **keywords):
    global contexts
    contexts += 1
    return create_context(*arguments, **keywords)


def watched(send):
    """In the place of a method that does the whole of what is timed."""

    def timed(*arguments, **keywords):
        modules, made, hub = set(sys.modules), contexts, gevent.get_hub()
        if hub._resolver is None or hub._threadpool is None:
            found.append("the resolver")
        response = send(*arguments, **keywords)
        found.extend(["an SSL context"] * (contexts - made) + sorted(set(sys.modules) - modules))
        return response

    return timed


clients.create_urllib3_context = counted
environment = Environment()
runner = environment.create_local_runner()
client = type("Caller", (BASE,), {"abstract": True, "host": HOST})(environment).client
client._send_request_safe_mode = watched(client._send_request_safe_mode)
assert client.get("/text", **KEYWORDS).status_code == 200
runner.quit()
print(found)
