"""HttpSession: every argument of a call, what the server saw of it and what the response holds."""

import io

from kit import URL, attempt, call_by_every_verb, call_odd_urls, http, say
from locust.exception import LocustError

import requests  # isort: skip - not before locust, which patches the standard library
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth  # isort: skip
from requests.cookies import RequestsCookieJar  # isort: skip


def show(what, call, *args, **kwargs):
    try:
        response = call(*args, **kwargs)
    except Exception as error:
        say(what, "raised", f"{type(error).__module__}.{type(error).__name__}: {error}")
        return None
    request = response.request
    say(what, response.status_code, response.url, response.reason, response.text, len(response.history))
    if request is not None:
        body = request.body if isinstance(request.body, (str, bytes, type(None))) else type(request.body).__name__
        say("  sent:", request.method, request.url, list(request.headers.items()), body)
    return response


def lines(client):
    call_by_every_verb(client, show)
    for method in ("get", "PURGE", b"GET", None, 5):
        show(f"method {method!r}", client.request, method, "/echo")
    call_odd_urls(client, show)


def arguments(client):
    """Classes and functions whose names are printed stand here, where the record has them."""

    class Text:
        def __str__(self):
            return "as text"

    hooks = [
        {"response": lambda response, **_: None},
        {"response": [lambda r, *a, **k: setattr(r, "reason", "hooked")]},
        {},
        {"nothing": print},
    ]
    values_by_argument = content(Text()) | who_asks() | way() | {"hooks": hooks} | the_rest()
    for argument, values in values_by_argument.items():
        for value in values:
            call_with(client(), argument, value)


def call_with(client, argument, value):
    label = f"{argument}={value!r}" if not callable(value) else f"{argument}={type(value).__name__}"
    path = "/auth" if argument in ("auth", "cookies") else "/redirect-to?url=/echo" if "redir" in argument else "/echo"
    show(label, client.post, path, **{argument: value})


def content(text):
    return {
        "params": [
            {"a": [1, None, "x"], "b": text},
            [("a", 1)],
            "x=1",
            b"x=1",
            (("t", "u"),),
            {},
            5,
            {"n": {"m": 1}},
        ],
        "data": [
            {"a": 1},
            {"a": ["x", "y"]},
            [("a", "1")],
            (("a", "1"),),
            "täxt",
            b"b",
            bytearray(b"ba"),
            5,
            0,
            {},
            [],
            {"a": text},
            {"a": b"\xff"},
            {"a": {"b": "c"}},
            io.BytesIO(b"file"),
            io.StringIO("text"),
        ],
        "json": [{}, [], 0, False, "", "text", None, {"a": "å"}, {1: 2}, float("inf")],
    }


def who_asks():
    class Header(AuthBase):
        def __call__(self, request):
            request.headers["X-Auth"] = "yes"
            return request

    jar = RequestsCookieJar()
    jar.set("j", "1", domain="127.0.0.1", path="/auth")
    jar.set("k", "2", domain="other.example")
    return {
        "headers": [
            {"X-A": "1"},
            {"x-a": None},
            {"Accept": None},
            {"X-B": b"bytes"},
            {"X-N": 5},
            {"X": "a\nb"},
            {"X ": "a"},
            {"": "a"},
            [("X-A", "1")],
            {"X-Ü": "1"},
            {b"X-Y": b"z"},
            {"User-Agent": ""},
        ],
        "cookies": [{"a": "1"}, jar, {"a": None}, {}, [("a", "b")], "a=b", {"a": 1}, {"a b": "c;d"}],
        "auth": [
            ("u", "p"),
            ["u", "p"],
            ("u",),
            HTTPBasicAuth("u", "p"),
            HTTPProxyAuth("u", "p"),
            Header(),
            lambda request: request,
            "u:p",
            (b"u", b"p"),
            ("ü", "☂"),
            (1, 2),
            HTTPDigestAuth("us", "pass"),
        ],
    }


def way():
    return {
        "timeout": [30, 30.0, (30, 30), (None, 30), None, (1, 2, 3), "5", 0, -1, True, [30, 30]],
        "allow_redirects": [True, False, None, 0],
        "verify": [True, False, None],
        "cert": [None, ("a", "b"), "missing.pem"],
        "stream": [True, False, None],
    }


def the_rest():
    return {
        "proxies": [{}, None, {"https": "http://127.0.0.1:1"}, {"http": None}],
        "files": [
            {"f": b"x"},
            {"f": ("n.txt", "text")},
            {"f": ("n.txt", b"x", "text/x", {"X-P": "1"})},
            {"f": io.BytesIO(b"y")},
            [("f", b"1"), ("f", b"2")],
            {},
            {"f": None},
            "text",
            5,
        ],
        "name": ["named", "", None, 5],
        "context": [{"c": 1}, None],
        "nonsense": [1],
    }


def both_at_once(client):
    show("data and json", client.post, "/echo", data={"a": 1}, json={"b": 2})
    show("data and files", client.post, "/echo", data={"a": ["1", "2"], "b": 3, "n": None}, files={"f": b"x"})
    show("text and files", client.post, "/echo", data="text", files={"f": b"x"})
    show("json and files", client.post, "/echo", json={"a": 1}, files={"f": b"x"})
    show("own type and json", client.post, "/echo", json={"a": 1}, headers={"content-type": "text/mine"})
    show("own type and files", client.post, "/echo", files={"f": b"x"}, headers={"Content-Type": "multipart/mine"})
    show("own length", client.post, "/echo", data="abcd", headers={"Content-Length": "4"})
    show("generator", client.post, "/echo", data=(part for part in [b"one", b"two"]))
    show("generator of text", client.post, "/echo", data=(part for part in ["one", "två"]))
    show("empty generator", client.post, "/echo", data=iter([]))
    show("file at its middle", client.post, "/echo", data=middle(io.BytesIO(b"0123456789")))


def middle(file):
    file.seek(4)
    return file


def misuse(client):
    attempt("success without with", client.get("/echo").success)
    attempt("failure without with", client.get("/echo").failure, "x")
    attempt("success outside with", client.get("/echo", catch_response=True).success)
    try:
        with client.get("/echo") as response:
            say("inside", response.status_code)
    except LocustError as error:
        say("with without catch_response:", str(error))
    attempt("plain response", requests.get(URL + "/echo").success)
    attempt("plain response", requests.get(URL + "/echo").failure, "x")


lines(http())
arguments(http)
both_at_once(http())
misuse(http())
