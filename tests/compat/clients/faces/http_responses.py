"""HttpSession: everything a response holds, streamed and not; with-blocks; rest(); failures."""

import time

from kit import http, result_of, say
from locust.exception import CatchResponseError, InterruptTaskSet, RescheduleTask, ResponseError, StopUser

import requests  # isort: skip - not before locust, which patches the standard library


def fields(response):
    say(type(response).__module__, type(response).__name__, isinstance(response, requests.Response), repr(response))
    for name in (
        "status_code reason url encoding apparent_encoding text content ok is_redirect is_permanent_redirect next "
        "links history cookies headers error"
    ).split():
        try:
            value = getattr(response, name)
        except Exception as error:
            value = f"raised {type(error).__name__}: {error}"
        say(" ", name, value)
    say("  elapsed", type(response.elapsed).__name__, response.elapsed.total_seconds() >= 0, bool_of(response))
    request = response.request
    if request is not None:
        say(
            "  request",
            type(request).__name__,
            request.method,
            request.url,
            request.path_url,
            list(request.headers.items()),
            request.body,
            request.hooks,
            request._cookies,
        )
    say("  json", result_of(response.json), result_of(response.raise_for_status))
    meta = response.request_meta
    say(
        "  meta",
        sorted(meta),
        meta["response"] is response,
        type(meta["response_time"]).__name__,
        abs(time.time() - meta["start_time"]) < 60,
        repr(meta["exception"]),
    )
    for past in response.history:
        say(
            "  past",
            type(past).__name__,
            past.status_code,
            past.url,
            past.text,
            past.headers,
            past.is_redirect,
            past.history,
            past.request.method,
            past.cookies,
            past.elapsed.total_seconds() >= 0,
            past.raw is not None,
            past.reason,
        )


def bool_of(response):
    return result_of(lambda: bool(response))


def kinds(client):
    for path in (
        "/json /json/broken /json/empty /headers /text/utf8 /text/latin1 /text/unsaid /text/untyped /gzip /deflate "
        "/chunked /status/204 /status/304 /status/404 /status/500/Odd%20Reason /status/299 "
        "/redirect/302/2 /redirect/308/1 "
        "/cookie/set?c=a%3Db "
        "/redirect-to?url=/cookie/show&cookie=a%3D1 /coding/odd /long /close"
    ).split():
        fields(client.get(path))
    fields(client.get("/redirect/302/1", allow_redirects=False))
    fields(client.head("/redirect/302/1"))
    fields(client.head("/long"))
    fields(client.post("/redirect/307/1", data={"a": 1}, params={"x": 1}))


def failures(client):
    for path in "/close/early /reset /short /chunked/short /garbage /gzip/bad /redirect/loop".split():
        fields(client.get(path))
    client.max_redirects = 2
    fields(client.get("/redirect/302/5"))
    fields(client.get("/hang", timeout=1))
    fields(client.get("/redirect-to?url=REFUSED/x"))


def reading(client, **how):
    def get(path):
        return client.get(path, **how)

    say(list(get("/long").iter_content(200)), [len(part) for part in get("/big/70000").iter_content(65536)])
    say(list(get("/text/utf8").iter_content(4, decode_unicode=True)), list(get("/text/lines").iter_lines()))
    say(
        list(get("/text/lines").iter_lines(chunk_size=3, decode_unicode=True)),
        list(get("/text/lines").iter_lines(delimiter=b"t")),
    )
    say(
        list(get("/json")),
        len(list(get("/big/1000").iter_content(None))),
        [len(part) for part in get("/gzip").iter_content(50)],
    )
    response = get("/long")
    say(
        response.raw.version,
        response.raw.status,
        response.raw.reason,
        list(response.raw.headers.items()),
        response.raw.getheader("server"),
    )
    say(response.raw.read(5), response.raw.read(5), response.raw.closed)
    say(result_of(lambda: len(response.content)))
    say(list(get("/long").raw.stream(300)), get("/gzip").raw.read(4), len(get("/gzip").raw.read(decode_content=True)))
    say(result_of(lambda: [len(part) for part in get("/chunked").raw.stream(3)]), get("/long").raw.data[:4])
    response = get("/long")
    say(
        result_of(lambda: response.iter_content("x")),
        response.raw.isclosed(),
        response.raw.tell(),
        response.raw.readable(),
    )
    response.close()
    say("closed", response.raw.closed, result_of(lambda: list(response.iter_content(100))[:1]))


def transport(client):
    for path in "/text/lines /echo?a=b /gzip /redirect/302/1 /chunked /close /status/204".split():
        response = client.get(path)
        if response.raw is None:
            continue
        original = response.raw._original_response
        say(path, response.raw.retries, response.raw.geturl(), [past.raw.geturl() for past in response.history])
        say(
            " ",
            type(original).__name__,
            original.getheader("content-type"),
            original.getheader("X-None", "none"),
            original.getheaders(),
            original.headers.get_content_type(),
            original.isclosed(),
            original.closed,
            [getattr(original, name) for name in "status reason version length chunked will_close _method".split()],
        )
        say(" ", result_of(original.read), result_of(response.raw.read), response.raw.closed)
    for method in (client.put, client.patch, client.post, client.delete):
        for path in ("/redirect/301/2", "/redirect/302/1", "/redirect/307/1"):
            response = method(path, data=b"x")
            say(path, [list(past.request.headers.items()) for past in (*response.history, response)])


def streamed(client):
    reading(client, stream=True)
    with client.get("/long", stream=True, catch_response=True) as response:
        say(next(response.iter_content(10)), response.request_meta["response_length"])
        response.success()
    response = client.get("/long", stream=True)
    say(response.text[:10], response._content_consumed)
    for path in "/short /chunked/short /gzip/bad".split():
        response = client.get(path, stream=True)
        say(path, response.status_code, result_of(lambda r=response: r.content))
    say([len(piece) for piece in client.get("/big/300000", stream=True).iter_content(100000)])


def throw(error):
    """What may be done in a block. It stands in each program: the record names the file."""

    def effect(response):
        raise error

    return effect


def blocks(client):
    def block(what, path="/status/404", *effects, **more):
        try:
            with client.get(path, catch_response=True, name=what, **more) as response:
                say(what, response.status_code, type(response).__name__)
                for effect in effects:
                    effect(response)
            say("  after:", result_of(response.raise_for_status))
        except BaseException as error:
            say("  raised", f"{type(error).__name__}: {error}")

    block("nothing")
    block("nothing ok", "/json")
    block("success", "/status/404", lambda r: r.success())
    for value in ("text", "", None, {"a": 1}, ValueError("v"), CatchResponseError("c"), 5, StopUser()):
        block(f"failure {value!r}", "/json", lambda r, value=value: r.failure(value))
    block("last wins: success", "/json", lambda r: r.failure("x"), lambda r: r.success())
    block("last wins: failure", "/json", lambda r: r.success(), lambda r: r.failure("x"), lambda r: r.failure("y"))
    for error in (
        ResponseError("re"),
        CatchResponseError("cre"),
        ValueError("v"),
        RescheduleTask(),
        InterruptTaskSet(),
        StopUser(),
        requests.exceptions.HTTPError("mine"),
        AssertionError("a"),
        GeneratorExit("g"),
    ):
        block(f"raises {type(error).__name__}", "/json", throw(error))
        block(f"success, then raises {type(error).__name__}", "/status/404", lambda r: r.success(), throw(error))
        block(f"failure, then raises {type(error).__name__}", "/json", lambda r: r.failure("f"), throw(error))
    block("raise_for_status", "/status/500", lambda r: r.raise_for_status())
    block("success, raise_for_status", "/status/500", lambda r: r.success(), lambda r: r.raise_for_status())
    for key, value in {
        "name": "edited",
        "context": {"a": 1},
        "response_length": 7,
        "request_type": "EDIT",
        "url": "u",
        "own": 1,
    }.items():
        block(f"meta {key}", "/json", lambda r, key=key, value=value: r.request_meta.update({key: value}))
    block("meta exception", "/json", lambda r: r.request_meta.update(exception=ValueError("by hand")))
    block(
        "meta response_time",
        "/json",
        lambda r: r.request_meta.update(response_time=5),
        lambda r: say(r.request_meta["response_time"]),
    )
    block("connection lost", "/close/early", lambda r: say(r.status_code, repr(r.error), r.text, result_of(r.json)))
    block("connection lost, success", "/close/early", lambda r: r.success())
    block("nested", "/json", lambda r: block("inner", "/json", lambda r: r.failure("inside")))
    for value in ("odd", False, 0, ValueError("set")):
        block(f"result {value!r}", "/status/404", lambda r, value=value: setattr(r, "_manual_result", value))
    with client.get("/json", catch_response=True, name="twice") as response:
        pass
    with response:
        response.failure("again")
    response = client.get("/json", catch_response=True, name="by hand")
    response.__enter__()
    response.failure("by hand")
    response.__exit__(None, None, None)


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

    def unmet_with_text(response):
        assert response.js["number"] == 2, "number is not 2"

    def unmet_with_comma(response):
        assert response.js["number"] == 2, "number is not 2,"

    rest("json", "GET", "/json")
    rest("list", "GET", "/json/list")
    rest("post", "POST", "/echo", json={"a": 1}, headers={"X-A": "1"})
    rest("own headers", "POST", "/echo", data="x", headers={"Content-Type": "text/x", "Accept": "y"})
    for (
        path
    ) in "/json/broken /json/empty /status/204 /status/404 /status/500 /text/utf8 /long /close/early /reset".split():
        rest(path, "GET", path)
        rest(path + " success", "GET", path, lambda response: response.success())
    rest("failure", "GET", "/json", lambda response: response.failure("mine"))
    rest("assert", "GET", "/json", unmet)
    rest("assert with text", "GET", "/json", unmet_with_text)
    rest("assert with comma", "GET", "/json", unmet_with_comma)
    rest("assert on long", "GET", "/long", throw(AssertionError("see,")))
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
    rest("catch_response given", "GET", "/json", catch_response=True)


parts = {
    "kinds": kinds,
    "failures": failures,
    "reading": reading,
    "transport": transport,
    "streamed": streamed,
    "blocks": blocks,
    "rests": rests,
}
for name, part in parts.items():
    say("---", name)
    part(http())
