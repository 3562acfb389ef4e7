"""A `WebSocketUser` against a server of tests/protocols/apps: each case by its name. Arguments: the host, and `tls`
with the file of the authority for a server that speaks it, or `proxied` with the address of a proxy and that file.
"""

import os
import re
import socket
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import gevent

import rlocust

rlocust.install()

from locust.env import Environment

from rlocust.websocket import (
    WebSocketClient,
    WebSocketClosed,
    WebSocketConnectError,
    WebSocketError,
    WebSocketLost,
    WebSocketTimeout,
    WebSocketUser,
)
from tests.compat.programs.helpers import until

environment = Environment()
samples: list[dict[str, Any]] = []
environment.events.request.add_listener(lambda **sample: samples.append(sample))


class Guest(WebSocketUser):
    host = sys.argv[1]
    timeout = 60


def guest(path: str | None = None, **fields: Any) -> Guest:
    user = Guest(environment)
    for name, value in fields.items():
        setattr(user, name, value)
    if path is not None:
        user.client.connect(path)
        samples.clear()
    return user


def raised(kind: type[BaseException], call: Callable[[], object]) -> Any:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def told() -> list[tuple[str, str, bool]]:
    """Type and name of the samples since the last look, and whether they failed."""
    found = [(each["request_type"], each["name"], each["exception"] is not None) for each in samples]
    samples.clear()
    return found


def echo() -> None:
    client = guest().client.connect("/echo", name="enter", subprotocols=["chat"], headers={"X-Mine": "1"})
    assert client.subprotocol == "chat"
    for message in ("grüß dich", b"\x00\xff", "", "x" * 3_000_000):
        assert client.request(message, name="say") == message
    assert samples[-1]["response_length"] == 3_000_000
    client.send("unnamed")
    client.send("named", name="send")
    assert [client.receive(), client.receive()] == ["unnamed", "named"]
    client.close()
    assert not client.is_open
    assert told() == [("WSConnect", "enter", False), *[("WS", "say", False)] * 4, ("WSSend", "send", False)]


def matches() -> None:
    client = guest("/late").client
    assert client.request("a question", match="quest") == "a question"
    client.send("another")
    assert client.expect(re.compile("^an.t"), name="matched") == "another"
    client.send(b"bytes")
    assert client.expect(lambda message: message == b"bytes", name="judged") == b"bytes"
    assert told() == [("WS", "/late", False), ("WSReceive", "matched", False), ("WSReceive", "judged", False)]
    raised(TypeError, lambda: client.expect(7))
    raised(TypeError, lambda: client.send(7))


def what_came_before_is_no_answer() -> None:
    client, other = guest("/echo").client, guest("/echo").client
    for _ in range(10):
        client.send("same")
        for _ in range(10):
            other.request("meanwhile the answer comes")
        assert client.request("same") == "same"
        assert samples[-1]["response_time"] > 0, "it was there before the question"


def times_are_without_the_script() -> None:
    """The script computes until answer and goodbye have come, and for a while after that; no greenlet gets a turn."""

    def compute(client: WebSocketClient, came: list[float]) -> None:
        while client.is_open:
            pass
        came.append(time.perf_counter())
        while time.perf_counter() < came[-1] + 0.05:
            pass

    def request(client: WebSocketClient, came: list[float]) -> None:
        gevent.spawn(compute, client, came)
        client.request("now")

    def send_and_expect(client: WebSocketClient, came: list[float]) -> None:
        client.send("now")
        compute(client, came)
        client.expect()

    def has_computed(ask: Callable[[WebSocketClient, list[float]], None]) -> bool:
        """Not where the answer was there before the script began to compute: that shows nothing."""
        client, came = guest("/once").client, list[float]()
        began = time.perf_counter()
        ask(client, came)
        if came:
            assert samples[-1]["response_time"] / 1000 <= came[-1] - began, (ask, samples[-1], came[-1] - began)
        return bool(came)

    for ask in (request, send_and_expect):
        until(lambda ask=ask: has_computed(ask))


def closed_by_the_server() -> None:
    client = guest("/close").client
    end = raised(WebSocketClosed, lambda: client.request("go"))
    assert (end.code, end.reason, str(end)) == (4001, "enough", "closed with code 4001: enough")
    assert told() == [("WS", "/close", True)]
    raised(WebSocketClosed, lambda: client.send("more"))
    raised(WebSocketClosed, client.receive)
    client.connect("/echo")
    assert client.request("again") == "again"


def broken() -> None:
    client = guest("/reset").client
    raised(WebSocketLost, lambda: client.request("go"))
    assert told() == [("WS", "/reset", True)]
    never = raised(WebSocketLost, guest().client.receive)
    assert str(never) == "not connected; call connect() first"


def refused() -> None:
    client = guest().client
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"ws://127.0.0.1:{nobody.getsockname()[1]}/"
        error = raised(WebSocketConnectError, lambda: client.connect(address, name="nobody"))
    assert str(error) == "cannot connect: Connection refused"
    error = raised(WebSocketConnectError, lambda: client.connect("/refuse"))
    assert (error.status, str(error)) == (403, "the server answered with status 403 instead of 101")
    assert told() == [("WSConnect", "nobody", True), ("WSConnect", "/refuse", True)]


def too_slow() -> None:
    client = guest("/silent").client
    error = raised(WebSocketTimeout, lambda: client.receive(timeout=0.02))
    assert isinstance(error, TimeoutError) and str(error) == "no message within 0.02 s"
    error = raised(WebSocketTimeout, lambda: client.expect(timeout=0.02))
    assert str(error) == "no answer within 0.02 s"
    assert 20 <= samples[-1]["response_time"]
    assert told() == [("WSReceive", "/silent", True)]
    assert client.is_open
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"ws://127.0.0.1:{server.getsockname()[1]}/"
        error = raised(WebSocketTimeout, lambda: guest().client.connect(address, timeout=0.05))
        assert str(error) == "not open within 0.05 s"


def limits() -> None:
    long = guest("/echo", max_message_size=10).client
    error = raised(WebSocketLost, lambda: long.request("more than ten"))
    assert "`max_message_size`" in str(error), error
    many = guest("/many", max_queued_messages=5).client

    def receive_all() -> None:
        while True:
            many.receive()

    until(lambda: not many.is_open)
    error = raised(WebSocketError, receive_all)
    assert "`max_queued_messages`" in str(error), error


def iterated() -> None:
    with guest("/many").client as client:
        assert list(client) == [str(number) for number in range(20)]
    assert guest("/ping").client.receive() == "answered"


def wrong() -> None:
    client = guest().client
    for call, text in (
        (lambda: client.connect("ftp://host/"), "begins with none of ws://"),
        (lambda: client.connect("ws://me:secret@host/"), "user and password"),
        (lambda: client.connect("/echo", headers={"Upgrade": "x"}), "`Upgrade`"),
        (lambda: client.connect("/echo", timeout=0), "connect_timeout: `0`"),
        (lambda: guest("/echo").client.close(999), "`999`"),
        (lambda: guest("/echo").client.receive(timeout=-1), "`-1`"),
    ):
        assert text in str(raised(ValueError, call))
    raised(RuntimeError, lambda: guest("/echo").client.connect("/echo"))


def forked() -> None:
    """In a child the connection is its parent's, who goes on with it; the child can open its own."""
    client = guest("/echo").client
    child = os.fork()
    if not child:
        code = 1
        try:
            for call in (client.receive, lambda: client.send("x"), client.close):
                assert "before the process forked; connect again" in str(raised(RuntimeError, call))
            assert guest("/echo").client.request("child") == "child"
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert client.request("parent") == "parent"


def killed() -> None:
    """Whoever kills a user closes its connection, in order where there is a run, and frees its wait."""
    from rlocust import _native

    before = _native.parked()
    user = guest("/silent")
    waiting = gevent.spawn(user.client.receive)
    until(lambda: _native.parked() == before + 1)
    waiting.kill()
    assert _native.parked() == before
    assert user.client.is_open
    del user
    teller = guest().client

    def is_told() -> bool:
        said = str(teller.connect("/goodbyes").receive())
        teller.close()
        return "1001" in said

    until(is_told)


CASES = (
    echo,
    matches,
    what_came_before_is_no_answer,
    times_are_without_the_script,
    closed_by_the_server,
    broken,
    refused,
    too_slow,
    limits,
    iterated,
    wrong,
    forked,
    killed,
)


def over_tls(authority: str) -> None:
    client = guest("/echo", verify=authority).client
    assert client.request("secret") == "secret"
    error = raised(WebSocketConnectError, lambda: guest("/echo"))
    assert str(error) in (
        "TLS: a self-signed certificate in the chain",
        "TLS: nobody trusted has issued the certificate",
    )
    assert guest("/echo", verify=False).client.request("blind") == "blind"
    raised(ValueError, lambda: guest("/echo", verify="/does/not/exist"))


def proxied(address: str, authority: str) -> None:
    """Each way to say the proxy, in the order in which the proxy hears of them; the server is asked by its name."""
    host = sys.argv[1].replace("127.0.0.1", "localhost")
    plain, known, socks = f"http://{address}", f"http://us%40er:p%3Aw@{address}", f"socks5h://{address}"
    fields: dict[str, Any] = {"verify": authority} if authority else {}

    def says_through(**settings: Any) -> None:
        client = guest(**fields, **settings).client.connect(f"{host}/echo")
        assert client.request("through") == "through"
        client.close()

    says_through(proxies={"all": plain})
    says_through(proxies={"https" if authority else "http": known, "ftp": "strange://x"})
    says_through(proxies={"all": socks})
    with patch.dict(os.environ, HTTP_PROXY=plain, HTTPS_PROXY=plain, NO_PROXY="other.example"):
        says_through(trust_env=True)
        says_through()  # the environment does not count
    with patch.dict(os.environ, ALL_PROXY="http://127.0.0.1:1", NO_PROXY="localhost"):
        says_through(trust_env=True)
        says_through(trust_env=True, proxies={"all": plain})  # what is said counts more


def proxies_that_fail(address: str) -> None:
    samples.clear()
    forbidden = guest(proxies={"all": f"http://user:word@{address}"}).client
    error = raised(WebSocketConnectError, lambda: forbidden.connect("ws://forbidden:81/feed"))
    assert str(error) == "proxy: tunnel connection failed: HTTP/1.1 403 Forbidden" and error.status is None
    assert told() == [("WSConnect", "ws://forbidden:81/feed", True)]
    nobody = guest(proxies={"all": "127.0.0.1:1"}).client
    error = raised(WebSocketConnectError, lambda: nobody.connect("/echo"))
    assert str(error) == "proxy: cannot connect: Connection refused (os error 111)"
    for proxy in ("https://user:word@127.0.0.1:1", "strange://user:word@127.0.0.1:1", "http://user:word@"):
        wrong = guest(proxies={"all": proxy}).client
        error = raised(ValueError, lambda wrong=wrong: wrong.connect("/echo"))
        assert "is none of http://, socks5://, socks5h://" in str(error) and "word" not in str(error)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[2] == "proxied":
        proxied(sys.argv[3], sys.argv[4])
        if not sys.argv[4]:
            proxies_that_fail(sys.argv[3])
        print("proxied")
    elif len(sys.argv) > 2:
        over_tls(sys.argv[3])
        print("over_tls")
    else:
        for case in CASES:
            samples.clear()
            case()
            print(case.__name__)
