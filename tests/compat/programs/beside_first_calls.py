"""Whether what the first call of one user sets up holds up a call of another's that is under way: certificates are read
until that one has ended.

Usage: `beside_first_calls.py HOST`.
"""

import sys

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser, clients  # noqa: I001 - first: it patches the standard library
from locust.env import Environment

import gevent
from gevent import monkey

HOST = sys.argv[1]
new_lock = monkey.get_original("_thread", "allocate_lock")
create_context = clients.create_urllib3_context
under_way, ended = new_lock(), new_lock()
under_way.acquire()
ended.acquire()


class Slow:
    """An SSL context that reads certificates for long, without the interpreter."""

    def __init__(self):
        self._context = create_context()

    def load_verify_locations(self, *arguments):
        print("not held up" if ended.acquire(timeout=60) else "held up", flush=True)
        self._context.load_verify_locations(*arguments)

    def __getattr__(self, name):
        return getattr(self._context, name)


def by_the_agent():
    send = agent._send_request_safe_mode

    def sent(*arguments, **keywords):
        under_way.release()
        return send(*arguments, **keywords)

    agent._send_request_safe_mode = sent
    agent.get("/text", stream=True)
    ended.release()


def by_requests():
    while not under_way.acquire(blocking=False):
        gevent.sleep(0)
    session.get("/text", hooks={"response": lambda response, **_: None})


clients.create_urllib3_context = Slow
environment = Environment()
runner = environment.create_local_runner()
agent, session = (
    type("Caller", (base,), {"abstract": True, "host": HOST})(environment).client for base in (FastHttpUser, HttpUser)
)
gevent.joinall([gevent.spawn(by_the_agent), gevent.spawn(by_requests)], raise_error=True)
runner.quit()
