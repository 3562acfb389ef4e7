"""The users of the measurements: the same file for Locust and for rlocust, the class is named on the command line.

`Plain…` asks without a pause; `Idle…` asks once and then waits for the rest of its life. The others ask without a
pause, too: `Json…` posts, `Realistic…` posts a kilobyte and gets two, with headers, names and checks, `Listener…` has a
listener of its own, `Big…` gets a megabyte (`BigTls…` over TLS), `Tls…` keeps its connection, `TlsNew…` makes one
for each request, `TlsTwo…` speaks HTTP/2 (Locust does not know the attribute); `…Pool…` asks ten times at once, over
and over.
"""

import json
import os
import time
from typing import Any

import gevent

from locust import FastHttpUser, HttpUser, constant, events, task

EVENTS = os.environ.get("BENCH_EVENTS", os.devnull)
EXPECTED = int(os.environ.get("BENCH_USERS", "0"))
first_requests = 0


def note(event: str, **values: Any) -> None:
    with open("/proc/self/status") as status:
        rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    line = json.dumps({"event": event, "at": time.monotonic(), "rss_kib": rss, **values})
    with open(EVENTS, "a") as file:
        file.write(line + "\n")


@events.test_start.add_listener
def on_test_start(**_: Any) -> None:
    note("test_start")


@events.spawning_complete.add_listener
def on_spawning_complete(user_count: int, **_: Any) -> None:
    note("spawning_complete", users=user_count)


@events.quitting.add_listener
def on_quitting(environment: Any, **_: Any) -> None:
    total = environment.stats.total
    note("quitting", requests=total.num_requests, failures=total.num_failures)


class PlainHttp(HttpUser):
    @task
    def plain(self) -> None:
        self.client.get("/")


class PlainFast(FastHttpUser):
    @task
    def plain(self) -> None:
        self.client.get("/")


ORDER = {
    "customer": 17,
    "items": [{"sku": "a-1", "count": 2}, {"sku": "b-7", "count": 1}],
    "note": "as soon as possible",
}


class JsonHttp(HttpUser):
    @task
    def post(self) -> None:
        self.client.post("/orders", json=ORDER)


class JsonFast(FastHttpUser):
    @task
    def post(self) -> None:
        self.client.post("/orders", json=ORDER)


KILOBYTE = {**ORDER, "items": [{"sku": f"item-{n}", "count": n, "price": n * 1.25} for n in range(22)]}


def realistic(client: Any) -> None:
    headers = {"Authorization": "Bearer 0123456789abcdef", "X-Source": "bench", "Accept-Language": "en"}
    with client.post("/orders", json=KILOBYTE, headers=headers, name="order", catch_response=True) as response:
        if response.status_code != 200 or response.json()["id"] != 1:
            response.failure("the order was not taken")
    with client.get("/order?id=1", headers=headers, name="shown order", catch_response=True) as response:
        if response.status_code != 200 or response.json()["id"] != 1:
            response.failure("not the order")


class RealisticHttp(HttpUser):
    @task
    def order(self) -> None:
        realistic(self.client)


class RealisticFast(FastHttpUser):
    @task
    def order(self) -> None:
        realistic(self.client)


def listen(name: str, response_time: float, exception: BaseException | None, **_: Any) -> None:
    pass


def listen_once(environment: Any) -> None:
    if listen not in environment.events.request._handlers:
        environment.events.request.add_listener(listen)


class ListenerHttp(PlainHttp):
    def on_start(self) -> None:
        listen_once(self.environment)


class ListenerFast(PlainFast):
    def on_start(self) -> None:
        listen_once(self.environment)


class BigHttp(HttpUser):
    @task
    def big(self) -> None:
        self.client.get("/big")


class BigFast(FastHttpUser):
    @task
    def big(self) -> None:
        self.client.get("/big")


class Trusting(HttpUser):
    """Without a task: a class has those of its bases beside its own."""

    abstract = True

    def on_start(self) -> None:
        self.client.verify = False


class TlsHttp(Trusting):
    @task
    def plain(self) -> None:
        self.client.get("/")


class TlsFast(FastHttpUser):
    @task
    def plain(self) -> None:
        self.client.get("/")


class BigTlsHttp(Trusting):
    @task
    def big(self) -> None:
        self.client.get("/big")


class BigTlsFast(BigFast):
    pass


class TlsNewHttp(Trusting):
    @task
    def anew(self) -> None:
        self.client.get("/", headers={"Connection": "close"})


class TlsNewFast(FastHttpUser):
    @task
    def plain(self) -> None:
        self.client.get("/", headers={"Connection": "close"})


class TlsTwoHttp(TlsHttp):
    http_version = "2"


class TlsTwoFast(TlsFast):
    http_version = "2"


class TlsPoolHttp(Trusting):
    @task
    def ten(self) -> None:
        ten_at_once(self.client)


class TlsPoolFast(FastHttpUser):
    @task
    def plain(self) -> None:
        ten_at_once(self.client)


class TlsTwoPoolHttp(TlsPoolHttp):
    http_version = "2"


class TlsTwoPoolFast(TlsPoolFast):
    http_version = "2"


def ten_at_once(client: Any) -> None:
    gevent.joinall([gevent.spawn(client.get, "/") for _ in range(10)])


class IdleHttp(HttpUser):
    wait_time = constant(86400)

    @task
    def once(self) -> None:
        self.client.get("/")
        one_more_is_connected()


class IdleFast(FastHttpUser):
    wait_time = constant(86400)

    @task
    def once(self) -> None:
        self.client.get("/")
        one_more_is_connected()


class TlsIdleHttp(IdleHttp):
    def on_start(self) -> None:
        self.client.verify = False


class TlsIdleFast(IdleFast):
    pass


def one_more_is_connected() -> None:
    global first_requests
    first_requests += 1
    if first_requests == EXPECTED:
        note("all_connected", users=EXPECTED)
