"""Prints what is left of exceptions around calls: of those that a suite handles while it makes one, of those that
listeners get, and of those that a suite hands over. Usage: `errors.py HOST`."""

import sys
import traceback

from locust.env import Environment
from requests.adapters import HTTPAdapter

from locust import FastHttpUser, HttpUser, User, constant


class Idle(User):
    wait_time = constant(1)
    tasks = [print]


class Ticket(Exception):
    def __new__(cls, text, number=0):
        if not number:
            raise ValueError("a ticket has a number")
        return super().__new__(cls, text)

    def __init__(self, text, number):
        super().__init__(text)


def buy():
    raise ValueError("nothing left")


def pay():
    raise KeyError("no money")


def plain(client, path):
    client.get(path)


def caught(client, path):
    with client.get(path, catch_response=True):
        pass


def left(client, path):
    try:
        with client.get(path, catch_response=True):
            pay()
    except KeyError as error:
        print([frame.name for frame in traceback.extract_tb(error.__traceback__)])


def handled_by(call, client, path):
    """The suite tidies up while it handles an error, and lets the error go on."""
    try:
        try:
            buy()
        except ValueError:
            try:
                pay()
            except KeyError:
                call(client, path)
                raise
    except KeyError as error:
        for each in error, error.__context__:
            print([frame.name for frame in traceback.extract_tb(each.__traceback__)])


def handed_over(client, error):
    with client.get("/text", catch_response=True) as response:
        response.failure(error)
    kept = response.request_meta["exception"]
    print(type(kept).__name__, kept.args, str(kept))


def by_another_road(client, base):
    """Sends the calls that follow by `requests` or geventhttpclient."""
    if base is HttpUser:
        client.mount("http://", HTTPAdapter())
    else:
        client.client.valid_response_codes = frozenset([200])


def listener(name, exception, **_):
    response = getattr(exception, "response", None)
    print("heard", name, exception is None or (response is not None and response.status_code))


runner = Environment(user_classes=[Idle]).create_local_runner()
environment = runner.environment
for base in HttpUser, FastHttpUser:
    client = type("Caller", (base,), {"abstract": True, "host": sys.argv[1]})(environment).client
    for road in "native", "python":
        if road == "python":
            by_another_road(client, base)
        for call in plain, caught, left:
            for path in "/text", "/status/404", "/fault/reset":
                print(base.__name__, road, call.__name__, path)
                handled_by(call, client, path)
    try:
        b"\xff".decode()
    except UnicodeDecodeError as error:
        handed_over(client, error)
    try:
        raise Ticket("sold out", number=1)
    except Ticket as error:
        handed_over(client, error)
    environment.events.request.add_listener(listener)
    fresh = type("Caller", (base,), {"abstract": True, "host": sys.argv[1]})(environment).client
    for each in fresh, client:
        for call in plain, caught:
            for path in "/text", "/status/404":
                call(each, path)
    environment.events.request.remove_listener(listener)
runner.quit()
