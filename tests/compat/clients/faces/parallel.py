"""Concurrency inside a user: greenlets of a gevent pool on one client of each kind, and what becomes of connections."""

import os

from kit import fast, http, say

import gevent  # isort: skip - not before locust, which patches the standard library
from gevent.pool import Pool  # isort: skip
from geventhttpclient.client import HTTPClientPool  # isort: skip
from urllib3 import PoolManager  # isort: skip


def burst(what, count, call):
    """Says how many requests were under way when the first was answered, and on how many connections they went."""
    key = f"/together/{os.getpid()}-{what.replace(' ', '-')}"
    answers = [text.split() for text in Pool(count).map(lambda number: call(number, key), range(count))]
    connections = {connection for _, connection in answers}
    say(what, min(int(asked) for asked, _ in answers), len(answers), len(connections))
    return connections


def of(client):
    return lambda number, key: client.get(key, name="burst").text


for kind in (http, fast):
    name = kind.__name__
    client = kind(listens=False)
    first = burst(f"{name} ten", 10, of(client))
    again = burst(f"{name} ten again", 10, of(client))
    say(" kept", len(first & again))
    more = burst(f"{name} fifteen", 15, of(client))
    say(" kept", len(first & more))

client = fast(listens=False, concurrency=2)
burst("fast with concurrency 2", 4, of(client))

users = [fast(listens=False, client_pool=pool) for pool in [HTTPClientPool(concurrency=3)] for _ in range(6)]
burst("fast with a shared pool of 3", 6, lambda number, key: users[number].get(key).text)

users = [http(listens=False, pool_manager=pool) for pool in [PoolManager(maxsize=2, block=True)] for _ in range(4)]
burst("http with a shared pool of 2", 4, lambda number, key: users[number].get(key).text)

for kind in (http, fast):
    client = kind(listens=False)
    jobs = [gevent.spawn(client.get, "/hang") for _ in range(3)]
    gevent.sleep(0.1)
    gevent.killall(jobs)
    say(kind.__name__, "killed", [job.value for job in jobs], client.get("/echo").status_code)
    with gevent.Timeout(0.2, False):
        answer = client.get("/hang")
        say("  answered", type(answer).__name__, answer.status_code, repr(answer.error))
    say("  afterwards", client.get("/echo").status_code)
    with client.rename_request("shared"):
        say("  name seen by a greenlet", gevent.spawn(lambda c=client: c.request_name).get())
