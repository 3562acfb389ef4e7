"""FastHttpSession: every argument of a call, responses, with-blocks, rest(), streams, settings of the user class."""

import io
import ssl

from kit import URL, attempt, call_by_every_verb, call_odd_urls, fast, result_of, say
from locust.contrib.fasthttp import FastHttpSession, LocustUserAgent
from locust.event import EventHook
from locust.exception import (
    CatchResponseError,
    InterruptTaskSet,
    LocustError,
    RescheduleTask,
    ResponseError,
    StopUser,
)

import gevent  # isort: skip - not before locust, which patches the standard library
from geventhttpclient.client import HTTPClientPool  # isort: skip


PARTS = "history elapsed headers content request request_meta error _sent_request".split()


def show(what, call, *args, **kwargs):
    try:
        response = call(*args, **kwargs)
    except Exception as error:
        say(what, "raised", f"{type(error).__module__}.{type(error).__name__}: {error}")
        return None
    request = response.request
    say(what, type(response).__name__, response.status_code, response.url, result_of(lambda: response.text))
    if request is not None:
        body = request.body if isinstance(request.body, (str, bytes, type(None))) else type(request.body).__name__
        say("  sent:", request.method, request.url, result_of(lambda: list(request.headers.items())), body)
    return response


def verbs(client):
    call_by_every_verb(client, show)
    show(
        "request positional",
        client.request,
        "POST",
        "/echo",
        "named",
        "data",
        False,
        False,
        {"X-A": "1"},
        ("u", "p"),
        None,
        True,
        {},
    )
    for method in ("get", "PURGE", None, 5):
        show(f"method {method!r}", client.request, method, "/echo")
    call_odd_urls(client, show)


def arguments(client):
    for argument, values in {
        "params": [{"a": [1, None, "x"]}, [("a", 1)], "x=1", b"x=1", {}, 5, {"a": "å b"}],
        "data": [
            {"a": 1},
            {"a": ["x", "y"]},
            {"a": "å"},
            [("a", "1")],
            "täxt",
            b"b",
            bytearray(b"ba"),
            5,
            0,
            {},
            [],
            {"a": b"\xff"},
            io.BytesIO(b"file"),
            io.StringIO("text"),
            memoryview(b"view"),
        ],
        "json": [{}, [], 0, False, "", "text", None, {"a": "å"}, {1: 2}, float("inf"), {"s": {1}}],
        "headers": [
            {"X-A": "1"},
            {"x-a": None},
            {"Accept": None},
            {"X-B": b"bytes"},
            {"X-N": 5},
            {"": "a"},
            [("X-A", "1")],
            {"X-Ü": "1"},
            {"User-Agent": ""},
            {"host": "other"},
            {"accept-encoding": "identity"},
            {"Cookie": "a=1"},
        ],
        "auth": [("u", "p"), ["u", "p"], ("u",), "up", (b"u", b"p"), ("ü", "p"), ("u", "☂"), (1, 2), (), None],
        "allow_redirects": [True, False, None, 0],
        "stream": [True, False, None],
        "catch_response": [False],
        "name": ["named", "", None, 5],
        "context": [{"c": 1}, None],
        "max_redirects": [1, 0],
        "max_retries": [1],
        "debug_stream": [None],
        "to_string": [False],
        "files": [{"f": b"x"}, {"f": ("n.txt", b"x", "text/x")}, [("f", b"1"), ("f", b"2")], {}],
        "timeout": [5],
        "verify": [False],
        "cookies": [{"a": "1"}],
        "proxies": [{}],
        "cert": ["c"],
        "hooks": [None],
        "nonsense": [1, [1, 2]],
    }.items():
        for value in values:
            if isinstance(value, float):
                continue
            for verb in ("GET", "POST"):
                path = "/redirect/307/2" if "redirect" in argument else "/echo"
                show(f"{verb} {argument}={value!r}", client().request, verb, path, **{argument: value})
                if hasattr(value, "seek"):
                    value.seek(0)
    show("data and json", client().post, "/echo", data={"a": 1}, json={"b": 2})
    show("data and files", client().post, "/echo", data={"a": "1"}, files={"f": b"x"})
    show("data and foreign", client().post, "/echo", data={"a": "1"}, foreign=1)
    show("text and foreign", client().post, "/echo", data="text", foreign=1)
    show("params and foreign", client().get, "/echo", params={"a": "1"}, foreign=1)
    show(
        "generator",
        client().post,
        "/echo",
        data=(part for part in [b"one", b"two"]),
        headers={"Transfer-Encoding": "chunked"},
    )
    show("own type", client().post, "/echo", json={}, headers={"content-type": "x/y"})


PATHS = """
    /json /json/broken /json/empty /headers /text/utf8 /text/latin1 /text/unsaid /text/untyped /gzip /deflate /chunked
    /status/204 /status/304 /status/404 /status/500/Odd /status/299 /status/206 /redirect/302/2 /redirect/302/40
    /cookie/set?c=a%3Db /long /close /close/early /reset /short /garbage /redirect-to?url=REFUSED/x
""".split()
ATTRIBUTES = """
    status_code status ok url encoding text content data headers history isclosed _response error stream
""".split()


def responses(client):
    for path in PATHS:
        describe(path, client.get(path))


def describe(path, response):
    say(
        path,
        type(response).__module__,
        type(response).__name__,
        [c.__name__ for c in type(response).__mro__ if "Response" in c.__name__ and not c.__name__.startswith("_")][
            -2:
        ],
    )
    for name in ATTRIBUTES:
        value = result_of(lambda name=name: getattr(response, name))
        if name in ("_response", "stream"):
            value = value is not None and not str(value).startswith("raised")
        say(" ", name, result_of(value) if name == "isclosed" else value)
    say(
        "  ",
        result_of(lambda: len(response)),
        result_of(lambda: bool(response)),
        result_of(response.json),
        result_of(response.raise_for_status),
    )
    elapsed = result_of(lambda: response.elapsed)
    say(
        "  ",
        type(elapsed).__name__,
        result_of(lambda: response.info() is response.headers),
        result_of(response.read),
        result_of(response.readline),
        result_of(lambda: list(response)),
        result_of(lambda: list(response.iter_content())),
        result_of(response.release),
    )
    headers = response.headers
    if headers is not None:
        say(
            "  ",
            headers.get("content-TYPE"),
            "Server" in headers,
            headers.get("missing"),
            headers.getlist("x-twice"),
            list(headers.items()),
            result_of(lambda: headers["missing"]),
            result_of(lambda: headers["X-Twice"]),
        )
    for past in result_of(lambda: response.history) if isinstance(result_of(lambda: response.history), list) else []:
        say(
            "   past",
            type(past).__name__,
            past.status_code,
            past.url,
            past.text,
            past.headers.get("location"),
            past.history,
        )
        say("   past", len(past), bool(past), past.read(), list(past), past.isclosed(), past.release(), past.status)
    request = response.request
    say(
        "  ",
        type(request).__name__,
        request.url,
        request.method,
        request.payload,
        request.body,
        list(request.headers.items()),
        request.get_host(),
        request.get_type(),
        request.url_split.path,
    )
    say(
        "  ",
        result_of(lambda: response.__enter__() is response),
        result_of(lambda: response.__exit__(None, None, None)),
    )
    say("  ", result_of(response.success), result_of(lambda: response.failure("x")))


def streams(client):
    response = client.get("/long", stream=True)
    say(response.read(5), response.read(5), response.stream.read(5), response.isclosed())
    say(len(response.read()), response.isclosed(), result_of(response.release))
    say([len(part) for part in client.get("/big/300000", stream=True).iter_content(100000, decode_content=False)][:1])
    say(
        list(client.get("/text/utf8", stream=True).iter_content(4)),
        list(client.get("/text/lines", stream=True).iter_content(3)),
    )
    say(list(client.get("/text/lines", stream=True)), client.get("/text/lines", stream=True).readline())
    say(list(client.iter_lines("/text/lines")), list(client.iter_lines("/text/utf8", name="lines")))
    say(
        result_of(lambda: list(client.iter_lines("/status/404"))),
        result_of(lambda: list(client.iter_lines("/close/early"))),
    )
    say(list(client.iter_lines("/echo", method="POST", data="body")))
    say(client.get("/gzip", stream=True).content[:6], client.get("/chunked", stream=True).content)
    with client.get("/long", stream=True, catch_response=True) as response:
        say(response.read(3), response.request_meta["response_length"])
        response.failure("streamed")


def throw(error):
    """What may be done in a block. It stands in each program: the record names the file."""

    def effect(response):
        raise error

    return effect


def blocks(client):
    blocks_that_end(client)
    blocks_that_raise(client)
    blocks_that_edit(client)
    blocks_of_broken_answers(client)
    what_responses_hold(client)
    misuse(client)


def block(client, what, path="/status/404", *effects, **more):
    try:
        with client.get(path, catch_response=True, name=what, **more) as response:
            say(what, response.status_code, type(response).__name__, result_of(lambda: response.text))
            for effect in effects:
                effect(response)
        say("  after:", result_of(response.raise_for_status))
    except BaseException as error:
        say("  raised", f"{type(error).__name__}: {error}")


def blocks_that_end(client):
    block(client, "nothing")
    block(client, "nothing ok", "/json")
    block(client, "success", "/status/404", lambda r: r.success())
    for value in ("text", "", None, {"a": 1}, ValueError("v"), CatchResponseError("c"), 5, StopUser()):
        block(client, f"failure {value!r}", "/json", lambda r, value=value: r.failure(value))
    block(client, "last wins: success", "/json", lambda r: r.failure("x"), lambda r: r.success())
    block(
        client, "last wins: failure", "/json", lambda r: r.success(), lambda r: r.failure("x"), lambda r: r.failure("y")
    )


def blocks_that_raise(client):
    for error in (
        ResponseError("re"),
        CatchResponseError("cre"),
        ValueError("v"),
        RescheduleTask(),
        StopUser(),
        AssertionError("a"),
        GeneratorExit("g"),
    ):
        block(client, f"raises {type(error).__name__}", "/json", throw(error))
        block(
            client, f"success, then raises {type(error).__name__}", "/status/404", lambda r: r.success(), throw(error)
        )
        block(client, f"failure, then raises {type(error).__name__}", "/json", lambda r: r.failure("f"), throw(error))
    block(client, "raise_for_status", "/status/500", lambda r: r.raise_for_status())
    block(client, "success, raise_for_status", "/status/500", lambda r: r.success(), lambda r: r.raise_for_status())


def blocks_that_edit(client):
    for key, value in {
        "name": "edited",
        "context": {"a": 1},
        "response_length": 7,
        "request_type": "EDIT",
        "url": "u",
        "own": 1,
    }.items():
        block(client, f"meta {key}", "/json", lambda r, key=key, value=value: r.request_meta.update({key: value}))
    block(client, "meta exception", "/json", lambda r: r.request_meta.update(exception=ValueError("by hand")))


def blocks_of_broken_answers(client):
    for path in "/close/early /reset /short /gzip/bad /garbage".split():
        block(
            client,
            path,
            path,
            lambda r: say(r.status_code, repr(getattr(r, "error", None)), result_of(lambda: r.text), result_of(r.json)),
        )
        block(client, path + " success", path, lambda r: r.success())
    for value in ("odd", False, 0, ValueError("set")):
        block(client, f"result {value!r}", "/status/404", lambda r, value=value: setattr(r, "_manual_result", value))


def what_responses_hold(client):
    for path in ("/redirect/302/1", "/status/404", "/close/early"):
        block(client, f"{path} has", path, lambda r: say([name for name in PARTS if hasattr(r, name)]))
        response = client.get(path)
        say(f"{path} has", [name for name in PARTS if hasattr(response, name)])
    for params in ({}, {"a": []}, {"a": 1}, "", (), None):
        response = client.get("/echo?x=1", params=params)
        say(params, response.url, response.json()["target"])
    for stream in (False, True):  # on either road
        say(result_of(lambda stream=stream: len(client.get("/close/early", stream=stream))))


def misuse(client):
    past = client.get("/redirect/302/1").history[0]
    say(past.read(4), past.read(), past.content)
    try:
        with client.get("/json") as response:
            say("without catch_response", response.status_code)
    except LocustError as error:
        say("refused", str(error))
    response = client.get("/json", catch_response=True)
    say(
        result_of(response.success),
        result_of(lambda: response.failure("x")),
        sorted(response.request_meta),
        type(response.request_meta["response"]).__name__,
    )
    say(result_of(client.get("/json").success), result_of(lambda: client.get("/json").failure("x")))


def rests(client):
    user = client.user

    def rest(what, method, path, body=lambda response: None, function="rest", **more):
        try:
            with getattr(user, function)(method, path, **more) as response:
                say(
                    what,
                    type(response).__name__,
                    response.status_code,
                    response.js,
                    repr(getattr(response, "error", None)),
                )
                sent = response.request.headers
                say("  sent", sent.get("Content-Type"), sent.get("Accept"), sent.get("X-A"))
                body(response)
        except BaseException as error:
            say("  raised", f"{type(error).__name__}: {error}")

    def unmet(response):
        assert response.js["number"] == 2

    def unmet_with_comma(response):
        assert response.js["number"] == 2, "number is not 2,"

    rest("json", "GET", "/json")
    rest("post", "POST", "/echo", json={"a": 1}, headers={"X-A": "1"})
    rest("own headers", "POST", "/echo", data="x", headers={"Content-Type": "text/x", "Accept": "y"})
    more = "/json/list /json/broken /json/empty /status/204 /status/404"
    more += " /status/500 /text/utf8 /long /close/early /reset /short"
    for path in more.split():
        rest(path, "GET", path)
        rest(path + " success", "GET", path, lambda response: response.success())
    rest("assert", "GET", "/json", unmet)
    rest("assert with comma", "GET", "/json", unmet_with_comma)
    for value in (5, None, ["l"], b"bytes,", ValueError("v")):
        rest(f"assert with {value!r}", "GET", "/json", throw(AssertionError(value)))
    for path in ("/close/early", "/status/204", "/json"):
        rest(path + " comma", "GET", path, throw(AssertionError("not met,")))
        rest(path + " error", "GET", path, throw(KeyError("k")))
    for error in (
        KeyError("k"),
        ValueError(),
        RescheduleTask(),
        StopUser(),
        InterruptTaskSet(),
        ResponseError("r"),
        GeneratorExit(),
    ):
        rest(type(error).__name__, "GET", "/json", throw(error))
    rest("named", "GET", "/json", name="named", context={"c": 1})


def settings(_):
    for name, value in {
        "max_redirects": 1,
        "default_headers": {"X-D": "1", "user-agent": "mine"},
        "network_timeout": 30,
        "connection_timeout": 30,
        "max_retries": 1,
        "insecure": False,
        "concurrency": 1,
        "client_pool": HTTPClientPool(concurrency=2),
        "ssl_context_factory": lambda: ssl.create_default_context(),
        "proxy_host": None,
    }.items():
        client = fast(**{name: value})
        response = show(name, client.get, "/redirect/302/2")
        if name == "network_timeout":
            show("  hang", fast(network_timeout=1.0).get, "/hang")
        say(
            " ",
            [list(past.request.headers.items()) for past in getattr(response, "history", [])][:1]
            if response.status_code
            else None,
        )
    say(result_of(lambda: fast(host=None)))
    client = fast()
    show("before", client.get, "/echo")
    client.client.default_headers["X-Later"] = "1"
    client.client.default_headers["User-Agent"] = "changed"
    show("default_headers after construction", client.get, "/echo")
    show("over it", client.get, "/echo", headers={"x-later": "2"})
    del client.client.default_headers["X-Later"]
    show("removed again", client.get, "/echo")
    client.client.max_redirects = 1
    show("max_redirects after construction", client.get, "/redirect/302/3")
    client.client.valid_response_codes = frozenset([404])
    show("valid_response_codes", client.get, "/status/404")
    show("valid_response_codes", client.get, "/json")
    client = fast()
    client.client.redirect_response_codes = frozenset()
    show("redirect_response_codes", client.get, "/redirect/302/1")
    client.client.cookiejar = None
    show("no jar", client.get, "/cookie/set?c=a%3D1")
    show("no jar", client.get, "/cookie/show")
    client = fast()
    client.client.clientpool.close()
    show("pool closed", client.get, "/echo")
    agent = client.client

    class Own(LocustUserAgent):
        valid_response_codes = frozenset([404])

    client.client = Own(cookiejar=client.cookiejar)
    show("own agent", client.get, "/status/404")
    client.client = agent
    client.auth_header = "Basic later"
    show("auth_header", client.get, "/auth")
    client.base_url = URL + "/redirect-to"
    show("base_url", client.get, "?x=1")
    client.request_name = "attribute"
    show("request_name", client.get, "/echo")
    with client.rename_request("block"):
        show("renamed", client.get, "/echo")
    show("after", client.get, "/echo")
    for host in ("http://us:p%40s@" + URL[7:], "http://us@" + URL[7:], URL + "/"):
        client = FastHttpSession(host, EventHook(), None)
        say(client.base_url, client.auth_header)
        show("host", client.get, "/auth")
    client = FastHttpSession(URL, EventHook(), None, network_timeout=30)
    show("bare", client.get, "/echo")
    show("bare redirects", client.get, "/redirect/302/5")
    show("bare hang", FastHttpSession(URL, EventHook(), None, network_timeout=1.0).get, "/hang")


def contexts(_):
    log = []

    def tracked(self):
        log.append("context")
        return {"own": 1}

    for listens in (True, False):
        client = fast(listens=listens, context=tracked)
        show("ok", client.get, "/json", context={"given": 2})
        show("404", client.get, "/status/404")
        show("stream", client.get, "/json", stream=True)
        say(log)
    response = client.get("/json", catch_response=True)
    say(response.request_meta["context"])
    with gevent.Timeout(1.0, False):
        client.get("/hang")
    say(log)
    client = fast(context=lambda self: 1 / 0)
    attempt("context that fails", client.get, "/json")


for part in (verbs, arguments, responses, streams, blocks, rests, settings, contexts):
    say("---", part.__name__)
    part(fast if part is arguments else fast())
