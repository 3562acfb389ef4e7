"""Concurrency inside a user: greenlets of a gevent pool on one client of each kind, and what becomes of connections."""

from itertools import count

from kit import fast, http, say

import gevent  # isort: skip - not before locust, which patches the standard library
from gevent.event import Event  # isort: skip
from gevent.server import StreamServer  # isort: skip
from geventhttpclient.client import HTTPClientPool  # isort: skip
from urllib3 import PoolManager  # isort: skip

LIMIT = 30  # seconds
SILENCE = 1.0  # seconds: a limit that strikes, as nobody answers


class Holding:
    """Answers `/held` once `release` was called: how often it was asked by then, and on which connection. `/hang` is
    never answered.
    """

    def __init__(self):
        self.connections = count()
        self.server = StreamServer(("127.0.0.1", 0), self.serve)
        self.server.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.begin()

    def begin(self):
        self.asked, self.opened = 0, Event()

    def wait_until_asked(self, times):
        with gevent.Timeout(LIMIT):
            while self.asked < times:
                gevent.sleep(0.001)

    def serve(self, stream, _address):
        connection = next(self.connections)
        lines = stream.makefile("rb")
        while first := lines.readline():
            while lines.readline().strip():
                pass
            path = first.split()[1]
            self.asked += path != b"/free"
            if path == b"/hang":
                Event().wait()
            if path == b"/held":
                self.opened.wait()
            text = b"%d %d" % (self.asked, connection)
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))


server = Holding()


def burst(what, number, at_once, call):
    """Says how many requests were under way when the first was answered, and on how many connections they went."""
    server.begin()
    jobs = [gevent.spawn(call, index) for index in range(number)]
    server.wait_until_asked(at_once)
    beside = fast(listens=False, host=server.url)
    for _ in range(3):  # one more than are allowed would be there before these are answered
        beside.get("/free")
    server.opened.set()
    gevent.joinall(jobs, timeout=LIMIT, raise_error=True)
    answers = [job.value.split() for job in jobs]
    connections = {connection for _, connection in answers}
    say(what, min(int(asked) for asked, _ in answers), len(answers), len(connections))
    return connections


def of(client):
    return lambda _: client.get("/held", name="burst").text


for kind in (http, fast):
    name = kind.__name__
    client = kind(listens=False, host=server.url)
    first = burst(f"{name} ten", 10, 10, of(client))
    again = burst(f"{name} ten again", 10, 10, of(client))
    say(" kept", len(first & again))
    more = burst(f"{name} fifteen", 15, 15 if kind is http else 10, of(client))
    say(" kept", len(first & more))

client = fast(listens=False, concurrency=2, host=server.url)
burst("fast with concurrency 2", 4, 2, of(client))

users = [fast(listens=False, client_pool=pool, host=server.url) for pool in [HTTPClientPool(concurrency=3)] * 6]
burst("fast with a shared pool of 3", 6, 3, lambda number: users[number].get("/held").text)

users = [http(listens=False, pool_manager=pool, host=server.url) for pool in [PoolManager(maxsize=2, block=True)] * 4]
burst("http with a shared pool of 2", 4, 2, lambda number: users[number].get("/held").text)

for kind in (http, fast):
    client = kind(listens=False, host=server.url)
    server.begin()
    jobs = [gevent.spawn(client.get, "/hang") for _ in range(3)]
    server.wait_until_asked(3)
    gevent.killall(jobs)
    say(kind.__name__, "killed", [job.value for job in jobs], client.get("/free").status_code)
    with gevent.Timeout(SILENCE, False):
        answer = client.get("/hang")
        say("  answered", type(answer).__name__, answer.status_code, repr(answer.error))
    say("  afterwards", client.get("/free").status_code)
    with client.rename_request("shared"):
        say("  name seen by a greenlet", gevent.spawn(lambda c=client: c.request_name).get())
