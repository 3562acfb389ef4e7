"""What the programs beside this file share: users without a run behind them, and printing without what may vary."""

import os
import re
import sys

from locust.env import Environment

from locust import FastHttpUser, HttpUser

URL = sys.argv[1]
PORT = URL.rpartition(":")[2]


def say(*values):
    """Prints on one line; the server's port and memory addresses vary from run to run, and are masked."""
    line = " ".join(value if isinstance(value, str) else repr(value) for value in values)
    line = re.sub(r"0x[0-9a-f]{6,}", "0x…", line)
    line = re.sub(rf"(?<!\d){PORT}(?!\d)", "PORT", line)
    line = re.sub(r"(127\.0\.0\.1:|port=)\d+", r"\1OTHER", line)
    line = re.sub(r"\b[0-9a-f]{32}\b", "BOUNDARY", line)
    line = re.sub(r"cnonce=\"[0-9a-f]+\"", "cnonce=…", line)
    line = re.sub(r"/[^ ]*/(\w+\.py):\d+", r"\1", line)  # where a file lies, and its lines, are no promise
    print(line.replace(os.getcwd(), "FOLDER").encode("unicode_escape").decode(), flush=True)


def attempt(what, function, *args, **kwargs):
    """Says what came of a call: its value or the exception."""
    try:
        value = function(*args, **kwargs)
    except Exception as error:
        say(what, "raised", f"{type(error).__module__}.{type(error).__name__}: {error}")
        return None
    say(
        what,
        "->",
        value if isinstance(value, (str, bytes, int, float, list, tuple, dict, type(None))) else short(value),
    )
    return value


def result_of(function):
    """Its value, or the exception in words."""
    try:
        return function()
    except BaseException as error:
        return f"raised {type(error).__module__}.{type(error).__name__}: {error}"


def short(value):
    return f"<{type(value).__module__}.{type(value).__name__}> {value!r}"


def reported(request_type, name, url, response_length, exception, context, response, **more):
    outcome = repr(exception) if exception else "ok"
    known = {"response_time", "start_time"}
    extra = sorted(more.keys() - known)
    say("  told:", request_type, str(name), str(url), response_length, outcome, context, *extra)


def environment(listens=True):
    made = Environment()
    if listens:
        made.events.request.add_listener(reported)
    return made


def http(listens=True, **attributes):
    """The client of a fresh HttpUser."""
    return type("Face", (HttpUser,), {"abstract": True, "host": URL, **attributes})(environment(listens)).client


def fast(listens=True, **attributes):
    """The client of a fresh FastHttpUser."""
    return type("Face", (FastHttpUser,), {"abstract": True, "host": URL, **attributes})(environment(listens)).client


def call_by_every_verb(client, show):
    """`show` is the caller's way of saying what came of a call: of its name, the method and its arguments."""
    for verb in "get options head delete post put patch".split():
        show(verb, getattr(client, verb), "/echo")
        show(verb + " data", getattr(client, verb), "/echo", data="text")
        show(verb + " json", getattr(client, verb), "/echo", json={"a": 1})
    for verb in ("post", "put", "patch"):
        show(verb + " positional", getattr(client, verb), "/echo", b"bytes")
    show("post two positional", client.post, "/echo", None, [1])
    show("put two positional", client.put, "/echo", None, [1])
    show("get positional", client.get, "/echo", {"a": 1})


def call_odd_urls(client, show):
    for url in (
        b"/echo",
        None,
        5,
        "",
        "echo",
        "http://",
        "http:///x",
        "ftp://x/y",
        "//host/x",
        "HTTP://" + URL[7:] + "/echo",
    ):
        show(f"url {url!r}", client.get, url)
