"""Looks at a response after its call has been reported, as suites do, and prints what it finds. Usage: `… HOST`."""

import sys

from locust.env import Environment
from locust.exception import ResponseError
from requests.exceptions import HTTPError

from locust import FastHttpUser, HttpUser, User, constant

HOST = sys.argv[1]


class Idle(User):
    wait_time = constant(1)
    tasks = [print]


def show(how, response, meta=None):
    again = response.request_meta
    print(how, response.status_code, again["name"], repr(again["exception"]), sorted(again))
    print(again["response"].text == response.text, response.request_meta is again, len(response.content or b""))
    exception = again["exception"]
    about = exception.response if isinstance(exception, HTTPError) else None
    print(about is None or about.status_code, meta is None or meta["response"].status_code)
    try:
        response.raise_for_status()
    except Exception as error:
        print(type(error).__name__)


environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
for base in HttpUser, FastHttpUser:
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(environment).client
    for path in "/bytes/1000", "/status/500", "/fault/reset":
        with client.get(path, catch_response=True) as response:
            meta = response.request_meta
            meta["name"] = f"named {path}"
        show(path, response, meta)
    with client.get("/bytes/1000", catch_response=True) as response:
        try:
            raise ValueError("no", "good")
        except ValueError as error:
            response.failure(error)
    show("failure", response)
    print(response._manual_result.args)
    with client.get("/bytes/1000", catch_response=True) as response:
        raise ResponseError("wrong")
    show("raised", response)
runner.quit()
