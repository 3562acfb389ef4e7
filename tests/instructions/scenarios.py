"""The calls whose instructions are counted, each kind in a stretch of its own. One user makes them; `os.ctermid()`,
which nothing else calls, tells callgrind where a stretch begins and ends."""

import os
import subprocess
from collections.abc import Callable
from typing import Any

from locust import FastHttpUser, HttpUser, task

PIECES, CALLS = int(os.environ["COUNT_PIECES"]), int(os.environ["COUNT_CALLS"])
ORDER = {
    "customer": 17,
    "items": [{"sku": f"item-{n}", "count": n, "price": n * 1.25, "gift": n % 2 == 0} for n in range(16)],
    "note": "as soon as possible",
}


def plain(client: Any) -> None:
    client.get("/")


def realistic(client: Any) -> None:
    """Half of the calls are a POST of a kilobyte, half a GET of two."""
    headers = {"Authorization": "Bearer 0123456789abcdef", "X-Source": "instructions", "Accept-Language": "en"}
    with client.post("/orders", json=ORDER, headers=headers, name="order", catch_response=True) as response:
        if response.status_code != 200 or response.json()["id"] != 1:
            response.failure("the order was not taken")
    with client.get("/order?id=1", headers=headers, name="shown order", catch_response=True) as response:
        if response.status_code != 200 or response.json()["id"] != 1:
            response.failure("not the order")


class Fast(FastHttpUser):
    abstract = True


class Counted(HttpUser):
    @task
    def count(self) -> None:
        Fast.host = self.host
        start_counting()
        clients = self.client, Fast(self.environment).client
        for stretch in (plain, realistic):
            for client in clients:
                counted(stretch, client)
        listeners = self.environment.events.request
        listeners.add_listener(listen)
        for client in clients:
            counted(plain, client)
        listeners.remove_listener(listen)
        assert self.environment.runner is not None
        self.environment.runner.quit()


def start_counting() -> None:
    """Until here callgrind only runs the program: counting what it takes to start would take a minute."""
    subprocess.run(["vgdb", f"--pid={os.getpid()}", "instrumentation", "on"], check=True, capture_output=True)


def counted(stretch: Callable[[Any], None], client: Any) -> None:
    """A piece that nobody counts, then those that are."""
    for _ in range(PIECES + 1):
        for _ in range(CALLS):
            stretch(client)
        os.ctermid()


def listen(name: str, response_time: float, exception: BaseException | None, **_: Any) -> None:
    pass
