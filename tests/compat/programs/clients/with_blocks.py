"""What a suite does to the outcome of a call, in one `with` block after the other, and
what listeners are told of it. Usage: `with_blocks.py HOST`."""

import sys
from typing import Any

from locust.clients import ResponseContextManager
from locust.env import Environment
from locust.exception import RescheduleTask, ResponseError
from requests import HTTPError, Response

from locust import FastHttpUser, HttpUser, User, constant, contrib


class Idle(User):
    wait_time = constant(1)
    tasks = [print]


def untouched(response):
    pass


def entered(response):
    print("entered", response._entered)


def said_good(response):
    response.success()


def said_bad(response):
    response.failure("bad")


def said_good_after_bad(response):
    response.failure("bad")
    response.success()


def raised(response):
    raise ResponseError("raised")


def read_all(response):
    assert response.text and response.headers and response.url and response.ok is not None
    assert response.content and response.status_code


def other_meta(response):
    response.request_meta["name"] = "renamed"
    response.request_meta["context"] = {"mine": True}


def own_error(response):
    response.error = ValueError("set")


def own_check(response):
    response.raise_for_status = lambda: (_ for _ in ()).throw(HTTPError("own check"))


def other_status(response):
    if isinstance(response, Response):
        response.status_code = 500 if response.status_code == 200 else 200


BLOCKS = [untouched, entered, said_good, said_bad, said_good_after_bad, raised, read_all, other_meta, own_error]
BLOCKS += [own_check, other_status]


def told(name, response_time, response_length, response, context, exception, url, **others):
    answer = response.status_code, response.url and response.url.removeprefix(sys.argv[1])
    print("  told", name, response_length > 0, *answer, context, repr(exception)[:60], sorted(others))
    assert (response_time > 0 and url.endswith(name)) or name == "renamed"


def looked_at(response, **_):
    meta = getattr(response, "request_meta", None)
    print("  meta", meta and sorted(meta))


def broken(**_):
    raise ValueError("a broken listener")


def steering(**_):
    raise RescheduleTask


def calls(client, block):
    for path in "/text", "/status/404":
        print(type(client).__name__, block.__name__, path)
        try:
            with client.get(path, catch_response=True, context={"call": 1}) as response:
                block(response)
        except Exception as error:
            print("  out came", repr(error))


def plain_calls(client):
    for path in "/text", "/status/404":
        try:
            client.get(path)
        except Exception as error:
            print("  out came", repr(error))


def patched(owner, name, value):
    made = owner.__dict__[name]
    setattr(owner, name, value)
    return lambda: setattr(owner, name, made)


def refuse(self):
    raise HTTPError("refused")


def left(self, exc, value, traceback):
    print("  left")
    return True


LISTENERS: list[list[Any]] = [[], [told], [told, looked_at], [broken, told], [steering]]
runner = Environment(user_classes=[Idle]).create_local_runner()
events = runner.environment.events.request
for base in HttpUser, FastHttpUser:
    caller = type("Caller", (base,), {"abstract": True, "host": sys.argv[1]})(runner.environment)
    client = caller.client
    for listeners in LISTENERS:
        for listener in listeners:
            events.add_listener(listener)
        print("==", [listener.__name__ for listener in listeners])
        for block in BLOCKS:
            calls(client, block)
        plain_calls(client)
        for listener in listeners:
            events.remove_listener(listener)
    events.add_listener(told)
    caller.context = lambda: {"of": "this user"}
    plain_calls(client)
    del caller.context
    type(caller).context = lambda self: {"of": "the class"}
    plain_calls(client)
    del type(caller).context
    put_back = patched(User, "context", lambda self: {"of": "all"})
    plain_calls(client)
    put_back()
    kind = ResponseContextManager if base is HttpUser else contrib.fasthttp.ResponseContextManager
    for owner, name, value in (kind, "raise_for_status", refuse), (kind, "__exit__", left):
        put_back = patched(owner, name, value)
        calls(client, untouched)
        put_back()
    if base is HttpUser:
        put_back = patched(Response, "raise_for_status", refuse)
        calls(client, untouched)
        plain_calls(client)
        put_back()
    calls(client, untouched)
    events.remove_listener(told)
for (name, method), entry in sorted(runner.environment.stats.entries.items()):
    print(name, method, entry.num_requests, entry.num_failures)
runner.quit()
