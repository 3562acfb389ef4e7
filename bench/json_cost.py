"""What JSON costs the script thread, by the bridge and by Python's `json` in turn.

`python -m bench.json_cost` prints, for each client, µs per call of a POST of 1 KB (`json=`) and per `response.json()`
of 2 KB, each on both roads, and what `json` takes for the same alone. Python's road is taken while something of `json`
is replaced, if only by an equal: that is what this does. The least of many rounds counts; figures of a shared machine
are only good as ratios.
"""

# ruff: noqa: E402 - monkey-patching comes before every other import
from gevent import monkey

monkey.patch_all()

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import rlocust

rlocust.install()

from locust.env import Environment

from locust import FastHttpUser, HttpUser

ROUNDS, CALLS = 60, 50
ORDER = {
    "customer": {"id": 48213, "name": "Ada Lovelace", "email": "ada@example.com", "since": "2019-04-01T12:00:00Z"},
    "items": [
        {"sku": f"SKU-{n:05d}", "title": f"Article number {n}", "count": n % 3 + 1, "price": 9.99 + n, "tags": ["new"]}
        for n in range(8)
    ],
    "shipping": {"street": "12 St James's Square", "city": "London", "zip": "SW1Y 4JH", "express": False},
    "note": None,
}
PAGE = {
    "page": 1,
    "total": 12456,
    "data": [
        {
            "id": 1000 + n,
            "uuid": f"3f2b8c1e-77aa-4c{n:02d}-9d1e-0a1b2c3d4e5f",
            "name": f"User {n}",
            "active": n % 2 == 0,
        }
        | {"email": f"user{n}@example.com", "score": 12.5 + n / 8, "roles": ["reader", "writer"], "manager": None}
        for n in range(10)
    ],
}
SERVER = """
import socket, sys
body = sys.stdin.buffer.read()
answer = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection = listener.accept()[0]
    received = b""
    while piece := connection.recv(65536):
        received += piece
        head, _, rest = received.partition(b"\\r\\n\\r\\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\\r")[0] or 0)
        if received.count(b"\\r\\n\\r\\n") and len(rest) >= length:
            connection.sendall(answer)
            received = b""
"""


@contextlib.contextmanager
def server(body: bytes) -> Iterator[str]:
    """Answers everything with that body, one connection at a time."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdin and process.stdout
        process.stdin.write(body)
        process.stdin.close()
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@contextlib.contextmanager
def pythons_road() -> Iterator[None]:
    separator = "".join((",", " "))  # equal, but another one
    decode = json._default_decoder.raw_decode  # type: ignore[attr-defined]
    with (
        mock.patch.object(json.JSONEncoder, "item_separator", separator),
        mock.patch.object(json._default_decoder, "raw_decode", decode),  # type: ignore[attr-defined]
    ):
        yield


def cost(calls: list[Callable[[], Any]]) -> float:
    """Microseconds of this thread per call."""
    started = time.thread_time_ns()
    for call in calls:
        call()
    return (time.thread_time_ns() - started) / len(calls) / 1000


def one_round(client: Any) -> tuple[float, float]:
    """Of a POST, and of `json()` of its response; each response is parsed once."""
    responses: list[Any] = []
    posting = cost([lambda: responses.append(client.post("/", json=ORDER))] * CALLS)
    return posting, cost([response.json for response in responses])


def least(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    posting, parsing = zip(*rounds, strict=True)
    return min(posting), min(parsing)


def compare(base: type, answer: bytes) -> None:
    ours, pythons = [], []
    with server(answer) as url:
        client = type("Caller", (base,), {"abstract": True, "host": url})(Environment()).client
        client.get("/")
        for _ in range(ROUNDS):
            ours.append(one_round(client))
            with pythons_road():
                pythons.append(one_round(client))
    (posting, parsing), (posting_of_python, parsing_of_python) = least(ours), least(pythons)
    print(f"{base.__name__:13} POST   {posting_of_python:6.1f} → {posting:6.1f}")
    print(f"{'':13} json() {parsing_of_python:6.1f} → {parsing:6.1f}   {parsing_of_python / parsing:.1f} times")


def main() -> None:
    order, page = json.dumps(ORDER), json.dumps(PAGE)
    print(f"json= of {len(order)} bytes, answers of {len(page)} bytes; µs of the script thread")
    for base in (HttpUser, FastHttpUser):
        compare(base, page.encode())
    for name, alone in (("dumps", lambda: json.dumps(ORDER, allow_nan=False)), ("loads", lambda: json.loads(page))):
        print(f"`json.{name}` alone {min(cost([alone] * CALLS) for _ in range(ROUNDS)):6.1f}")


if __name__ == "__main__":
    main()
