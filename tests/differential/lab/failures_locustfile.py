"""Runs every failure case once, in order, under either tool, and notes all that a locustfile can see of it.

A plain user drives: for each case it opens a chapter in the server's record, makes a fresh user of the class under
test, calls, and notes what the request event said, what was raised or returned, and the sums.
"""

import hashlib
import json
import os
import re
import socket
from contextlib import contextmanager

import gevent

from locust import FastHttpUser, HttpUser, User, events, task
from tests.differential.lab.failure_cases import Case, cases

KIND = os.environ["LAB_CLIENT"]
CHOSEN = set(os.environ["LAB_CASES"].split(";"))
PORTS = json.loads(os.environ["LAB_PORTS"])
CA = os.environ["LAB_CA"]
PATIENCE = 100.0
told = []
HTTP_FIELDS = (
    "status_code reason url ok encoding is_redirect history content text headers cookies elapsed error request raw"
).split()
FAST_FIELDS = "status_code url ok encoding history content text headers error request".split()


class Control:
    """The line to the lab server's control port."""

    def __init__(self):
        self.file = socket.create_connection(("127.0.0.1", PORTS["control"])).makefile("rwb")

    def say(self, **order):
        self.file.write(json.dumps(order).encode() + b"\n")
        self.file.flush()
        return json.loads(self.file.readline())


def chain(error):
    """The exception and those it was raised from or during, each with its class. geventhttpclient wraps nothing:
    what its errors were raised during is an accident of its code."""
    links = []
    while error is not None and len(links) < (1 if KIND == "fast" else 8):
        links.append(f"{type(error).__module__}.{type(error).__qualname__}: {shown(error)} | {shown(str(error))}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return links


def shown(value):
    """A value in a form that two runs share; what is long by its length and sum."""
    if isinstance(value, bytes | str) and len(value) > 400:
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return f"{type(value).__name__} of {len(value)}: {hashlib.md5(raw).hexdigest()}"
    if hasattr(value, "items"):
        pairs = [(key, shown(own)) for key, own in value.items()]
        if len(pairs) > 12:
            return f"{len(pairs)} pairs: {hashlib.md5(repr(pairs).encode()).hexdigest()}"
        return repr(pairs)
    text = repr(value)
    return text if len(text) <= 400 else f"{type(value).__name__}, text of {len(text)}: {text[:200]}"


SPECIAL = {
    "elapsed": lambda elapsed: "nothing" if not elapsed else "some",
    "history": lambda history: [hop.status_code for hop in history],
    "request": lambda request: request and [request.method, request.url, shown(request.body), shown(request.headers)],
    "raw": lambda raw: None if raw is None else [raw.status, raw.reason, raw.version],
    "error": lambda error: None if error is None else chain(error),
    "cookies": lambda cookies: sorted(cookies.keys()),
}


def attempt(look):
    try:
        return look()
    except AttributeError:
        return "AttributeError"  # its text names inner attributes
    except Exception as error:
        return ["raises", *chain(error)[:1]]


def described(response):
    fields = HTTP_FIELDS if KIND != "fast" else FAST_FIELDS
    seen = {name: attempt(lambda n=name: SPECIAL.get(n, shown)(getattr(response, n))) for name in fields}
    seen["bool"] = attempt(lambda: bool(response))
    seen["json"] = attempt(lambda: shown(response.json()))
    seen["raise_for_status"] = attempt(response.raise_for_status)
    return seen


@events.request.add_listener
def tell(request_type, name, exception, url, response_length, response, response_time, start_time, context, **more):
    told.append(
        {
            "row": [request_type, shown(name), shown(url), response_length, context, sorted(more)],
            "exception": chain(exception) if isinstance(exception, BaseException) else shown(exception),
            "is_timed": response_time >= 0 and start_time > 0,
            "answer": attempt(lambda: response.status_code),
        }
    )


def user_for(case, environment, ports):
    attributes = {"abstract": True, "host": case.host.format(**ports)}
    own = dict(case.user)
    if KIND == "fast" and case.proxy:
        host, _, port = case.proxy.format(**ports).removeprefix("http://").rpartition(":")
        own |= {"proxy_host": host, "proxy_port": int(port)}
    if KIND == "fast":
        if isinstance(case.timeout, float | int):
            attributes |= {"network_timeout": case.timeout, "connection_timeout": case.timeout}
        elif case.timeout:
            attributes |= {"connection_timeout": case.timeout[0], "network_timeout": case.timeout[1]}
    else:
        limit = own.pop("max_redirects", None)
    user = type("CaseUser", (FastHttpUser if KIND == "fast" else HttpUser,), attributes | own)(environment)
    if KIND != "fast" and limit is not None:
        user.client.max_redirects = limit
    return user


def call(case: Case, client, ports):
    url = {"BYTES": b"/bytes", "NONE": None}.get(case.url, case.url.format(**ports) if case.url else case.url)
    arguments = dict(case.arguments)
    if KIND != "fast" and case.timeout is not None:
        arguments["timeout"] = case.timeout
    if KIND == "hook":
        arguments["hooks"] = {"response": lambda response, *_args, **_more: None}
    if KIND != "fast" and case.proxy:
        arguments["proxies"] = dict.fromkeys(("http", "https"), case.proxy.format(**ports))
    if arguments.get("verify") == "CA":
        arguments["verify"] = CA
    return client.request(case.method, url, **arguments)


@contextmanager
def surroundings(case: Case, ports):
    before = dict(os.environ)
    os.environ.update({name: value.format(**ports) for name, value in case.environment.items()})
    try:
        yield
    finally:
        for name in case.environment:
            del os.environ[name]
        os.environ.update(before)


def run(case: Case, environment, port, control):
    told.clear()
    environment.stats.clear_all()
    ports = PORTS | {"http": port}
    user = user_for(case, environment, ports)
    outcomes = []
    for turn in range(case.times):
        if turn:
            assert control.say(settled=True, of=port), "the server's bytes do not arrive"
        try:
            with gevent.Timeout(PATIENCE), surroundings(case, ports):
                response = call(case, user.client, ports)
        except gevent.Timeout:
            outcomes.append("hangs")
        except Exception as raised:
            outcomes.append({"raised": chain(raised)})
        else:
            outcomes.append(described(response))
    sums = [
        [f"{entry.method} {shown(entry.name)}", entry.num_requests, entry.num_failures]
        for entry in environment.stats.entries.values()
    ]
    errors = [
        [error["method"], shown(error["name"]), shown(error["error"]), error["occurrences"]]
        for error in environment.stats.serialize_errors().values()
    ]
    notes = {"outcomes": outcomes, "told": [*told], "sums": sorted(sums), "errors": sorted(errors)}
    return json.loads(re.sub(r"0x(?:[0-9a-f]{6,}|\.{4})", "0xADDRESS", json.dumps(notes, default=shown)))


class Driver(User):
    @task
    def all_cases(self):
        control = Control()
        for case in cases():
            if KIND in case.clients and case.name in CHOSEN:
                port = control.say(begin=case.name)
                control.say(note=run(case, self.environment, port, control))
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)
