"""Makes one call in every way with the cyclic collector off, and prints as JSON what of it is still alive afterwards:
`{way: [types]}`, once without and once with a listener beside the runner's.

Usage: `retention.py HOST CLIENT`, the name of its class.
"""

import contextlib
import gc
import json
import sys

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser, User, constant  # noqa: I001 - first: it patches the standard library
from locust.env import Environment
from locust.exception import ResponseError

import requests
from geventhttpclient.useragent import CompatResponse
from requests.adapters import HTTPAdapter
from rlocust._clients.fasthttp_parts import Stream

HOST, CLIENT = sys.argv[1:]
BODY = "/bytes/100000"


class Idle(User):
    """A run needs a user class; nobody starts it."""

    wait_time = constant(1)
    tasks = [print]


def plain(user):
    user.client.get(BODY)


def read(user):
    response = user.client.get(BODY)
    assert len(response.content) == 100_000 and response.text and response.headers


def posted(user):
    user.client.post("/echo", data="x" * 100_000)


def sent_as_json(user):
    user.client.put("/echo", json=["x" * 100_000])


def other_methods(user):
    for method in ("head", "options", "patch", "delete"):
        getattr(user.client, method)("/echo")


def redirected(user):
    assert user.client.get("/redirect/2").history


def one_redirect_too_many(user):
    assert user.client.get("/redirect/60").status_code in (0, 302)


def failed_status(user):
    user.client.get("/status/500")


def broken_body(user):
    user.client.get("/fault/short-body")


def reset(user):
    user.client.get("/fault/reset")


def undecodable(user):
    user.client.get("/fault/bad-gzip")


def caught(user):
    with user.client.get(BODY, catch_response=True) as response:
        assert len(response.content) == 100_000


def caught_and_named(user):
    with user.client.get(BODY, catch_response=True) as response:
        response.request_meta["name"] = "other"


def caught_success(user):
    with user.client.get("/status/404", catch_response=True) as response:
        response.success()


def caught_failure(user):
    with user.client.get(BODY, catch_response=True) as response:
        response.failure("wrong")
    assert response.status_code == 200


def caught_failure_with_an_error(user):
    with user.client.get(BODY, catch_response=True) as response:
        try:
            response.json()
        except ValueError as error:
            response.failure(error)


def caught_failed_status(user):
    with user.client.get("/status/500", catch_response=True):
        pass


def caught_reset(user):
    with user.client.get("/fault/reset", catch_response=True):
        pass


def caught_broken_body(user):
    with user.client.get("/fault/short-body", catch_response=True):
        pass


def caught_response_error(user):
    with user.client.get(BODY, catch_response=True):
        raise ResponseError("wrong")


def caught_status_and_handed_on(user):
    with user.client.get("/status/500", catch_response=True) as response:
        try:
            response.raise_for_status()
        except Exception as error:
            response.failure(error)


def left_by_an_error(user):
    with contextlib.suppress(KeyError), user.client.get(BODY, catch_response=True) as response:
        response.request_meta["name"] = "other"
        raise KeyError("a mistake of the suite")


def never_entered(user):
    user.client.get(BODY, catch_response=True)


def raised(user):
    try:
        user.client.get("/status/500").raise_for_status()
    except Exception as error:
        str(error)


def streamed(user):
    user.client.get(BODY, stream=True)


def streamed_and_read(user):
    for _ in user.client.get(BODY, stream=True).iter_content(1000):
        pass


def streamed_and_caught(user):
    with user.client.get(BODY, stream=True, catch_response=True) as response:
        assert len(response.content or b"") == 100_000


def streamed_and_failed(user):
    with user.client.get("/status/500", stream=True, catch_response=True):
        pass


def rest(user):
    with user.rest("GET", "/json") as response:
        assert response.js["ok"]


def rest_of_no_json(user):
    with user.rest("GET", BODY):
        pass


def rest_with_an_error(user):
    with user.rest("GET", "/json") as response:
        response.js["nothing of the kind"]


def rest_reset(user):
    with user.rest("GET", "/fault/reset"):
        pass


def prepared_by_requests(user):
    user.client.post("/echo", files={"file": b"x" * 100_000})


def prepared_and_caught(user):
    with user.client.post("/echo", files={"file": b"x" * 100_000}, catch_response=True):
        pass


def by_requests(user):
    user.client.mount("http://", HTTPAdapter())
    user.client.get(BODY)
    user.client.get("/status/500")
    user.client.get("/fault/reset")


def by_requests_and_caught(user):
    user.client.mount("http://", HTTPAdapter())
    for path in (BODY, "/status/500", "/fault/reset"):
        with user.client.get(path, catch_response=True):
            pass
    with contextlib.suppress(KeyError), user.client.get(BODY, catch_response=True):
        raise KeyError("a mistake of the suite")
    user.client.get(BODY, catch_response=True)


def lines(user):
    assert list(user.client.iter_lines("/chunked/3"))


def by_the_agent(user):
    user.client.get(BODY, timeout=30)
    user.client.get("/status/500", timeout=30)
    user.client.get("/fault/reset", timeout=30)


def by_the_agent_and_caught(user):
    for path in (BODY, "/status/500", "/fault/reset"):
        with user.client.get(path, timeout=30, catch_response=True):
            pass


COMMON = [
    *(plain, read, posted, sent_as_json, other_methods, redirected, one_redirect_too_many, failed_status),
    *(broken_body, reset, undecodable, caught, caught_and_named, caught_success, caught_failure),
    *(caught_failure_with_an_error, caught_failed_status, caught_reset, caught_broken_body, caught_response_error),
    *(caught_status_and_handed_on, left_by_an_error, never_entered, raised, streamed, streamed_and_read),
    *(streamed_and_caught, streamed_and_failed, rest, rest_of_no_json, rest_with_an_error, rest_reset),
    *(prepared_by_requests, prepared_and_caught),
]
WAYS = {
    HttpUser: [*COMMON, by_requests, by_requests_and_caught],
    FastHttpUser: [*COMMON, lines, by_the_agent, by_the_agent_and_caught],
}


def payloads():
    """All that holds, or can hold, the body of an answer."""
    return [each for each in gc.get_objects() if isinstance(each, requests.Response | CompatResponse | Stream)]


def survivors(base, way, listeners):
    environment = Environment(user_classes=[Idle])
    runner = environment.create_local_runner()
    for listener in listeners:
        environment.events.request.add_listener(listener)
    user = type("Caller", (base,), {"abstract": True, "host": HOST})(environment)
    way(user)  # the row of an error keeps the first exception, which may hold its answer, as under Locust
    before = {id(each) for each in payloads()}
    way(user)
    left = sorted(type(each).__name__ for each in payloads() if id(each) not in before)
    runner.quit()
    gc.collect()
    return left


def listener(response, exception, **_):
    assert response is not None
    str(exception)


gc.disable()
found = {}
[(base, ways)] = [(base, ways) for base, ways in WAYS.items() if base.__name__ == CLIENT]
for name, listeners in ("alone", ()), ("listened to", (listener,)):
    for way in ways:
        if left := survivors(base, way, listeners):
            found[f"{way.__name__}, {name}"] = left
found["ways"] = len(ways)
print(json.dumps(found))
