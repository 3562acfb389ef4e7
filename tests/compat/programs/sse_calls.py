"""An `SseUser` against a server of tests/protocols/apps: each case by its name. Arguments: the host, and `tls` with the
file of the authority for a server that speaks it, `proxied` with the address of a proxy and that file, or `truth` for
the times of a hundred users.
"""

import json
import math
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from unittest.mock import patch
from urllib.request import urlopen

import gevent

import rlocust

rlocust.install()

from locust.env import Environment

from rlocust import _native
from rlocust.sse import EventStream, SseConnectError, SseLost, SseTimeout, SseUser, chat_tokens
from tests.compat.programs.helpers import until

environment = Environment()
samples: list[dict[str, Any]] = []
environment.events.request.add_listener(lambda **sample: samples.append(sample))


class Guest(SseUser):
    host = sys.argv[1]
    timeout = 60


def guest(**fields: Any) -> Guest:
    user = Guest(environment)
    for name, value in fields.items():
        setattr(user, name, value)
    return user


def raised(kind: type[BaseException], call: Callable[[], object]) -> Any:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def told() -> list[tuple[str, str, str]]:
    """Type and name of the samples since the last look, and how they failed."""
    found = [(each["request_type"], each["name"], str(each["exception"] or "")) for each in samples]
    samples.clear()
    return found


def table() -> dict[str, list[str]]:
    """The lines of the console's table by the name of the figure."""
    lines = _native.render_streams(environment.stats._native, (4, 10))
    return {line[16:36].strip(): line[36:].split() for line in lines[3:]}


def is_shown(figure: str, seconds: float) -> bool:
    """Whether a cell of the table, in milliseconds, is this time."""
    return math.isclose(float(figure), seconds * 1000, rel_tol=0.02, abs_tol=0.01)


def began(stream: EventStream, first_arrived: float) -> float:
    """When the request was taken up."""
    assert stream.first_event is not None
    return first_arrived - stream.first_event


def events() -> None:
    with guest().client.get("/torn") as stream:
        first, second = stream
        assert (stream.status, dict(stream.headers)["Content-Type"]) == (200, "text/event-stream")
    assert (first.event, first.data, first.id) == ("grüß", "1\n2", "7")
    assert (second.event, second.data, second.id, stream.last_event_id) == ("message", "last", "7", "7")
    assert first.arrived <= second.arrived and not stream.is_open
    assert told() == [("GET", "/torn", "")]


def one_request_until_the_end() -> None:
    environment.stats.clear_all()
    asked = time.perf_counter()
    stream = guest().client.get("/clock/5/20", name="clock")
    assert not samples, "it is not over"
    came = [event.arrived for event in stream]
    took = time.perf_counter() - asked
    assert len(came) == stream.events == 5
    assert 100 <= samples[0]["response_time"] <= took * 1000 and samples[0]["response_length"] > 50
    assert told() == [("GET", "clock", "")]
    assert stream.first_byte is not None and stream.first_event is not None
    assert stream.first_byte < stream.first_event
    figures = table()
    counts = {name: cells[0] for name, cells in figures.items() if cells}
    assert counts == {"first byte (ms)": "1", "first event (ms)": "1", "gap (ms)": "4"}, counts
    assert "1 streams, 5 events" in figures
    gaps = [later - earlier for earlier, later in pairwise(came)]
    assert is_shown(figures["gap (ms)"][1], sum(gaps) / 4) and is_shown(figures["gap (ms)"][-1], max(gaps)), figures


def packed() -> None:
    for name in ("gzip", "deflate"):
        with guest().client.get(f"/packed/{name}") as stream:
            for number in range(3):
                assert stream.expect().data == str(number), "before the next was sent"
                urlopen(f"{Guest.host}/next/{name}").close()
            assert stream.receive() is None
    error = raised(SseLost, lambda: list(guest().client.get("/bomb")))
    assert "`max_event_size`" in str(error)


def tokens() -> None:
    environment.stats.clear_all()
    question = {"model": "m", "stream": True, "messages": []}
    with guest().client.post("/chat/20", json=question, name="chat", tokens=chat_tokens) as answer:
        events = list(answer)
    assert events[-1].data == "[DONE]" and answer.tokens == 40
    figures, came = table(), [event.arrived for event in events]
    role, first, last = came[0], came[1], came[20]  # of twenty events with tokens; the role is none
    assert answer.first_event is not None and is_shown(figures["first event (ms)"][1], answer.first_event)
    assert is_shown(figures["first token (ms)"][1], first - began(answer, role)), figures
    assert is_shown(figures["time per token (ms)"][1], (last - first) / 39), figures  # 39 tokens after the first
    assert told() == [("POST", "chat", "")]
    with guest().client.get("/clock/3/1", tokens=lambda event: 5) as stream:
        list(stream)
    assert stream.tokens == 15


def sent_as_said() -> None:
    client = guest().client

    def heard(**options: Any) -> tuple[list[str], str]:
        with client.post("/echo", **options) as stream:
            said = json.loads(stream.expect().data)
        return said["head"].split("\r\n"), said["body"]

    head, body = heard(json={"ü": 1}, params={"a": [1, 2]}, headers={"X-Mine": "1"}, last_event_id="9")
    assert head[0] == "POST /echo?a=1&a=2 HTTP/1.1" and json.loads(body) == {"ü": 1}
    for line in ("X-Mine: 1", "Content-Type: application/json", "Accept: text/event-stream", "Last-Event-ID: 9"):
        assert line in head, head
    assert heard(data={"a": "b c"})[1] == "a=b+c" and heard(data="text")[1] == "text"
    raised(ValueError, lambda: client.post("/echo", data="x", json={}))


def expected() -> None:
    with guest().client.get("/prices", name="prices") as stream:
        price = stream.expect("price", timeout=60)
        assert (price.event, price.data) == ("price", "2")
        assert stream.expect(match=lambda event: int(event.data) > 3).data == "4"
        error = raised(SseTimeout, lambda: stream.expect("nothing", timeout=0.05))
        assert isinstance(error, TimeoutError) and str(error) == "no nothing event within 0.05 s"
    assert told() == [("GET", "prices", "")], "caught in the block, it is no failure"

    def uncaught() -> None:
        with guest().client.get("/prices", name="prices") as stream:
            stream.expect("nothing", timeout=0.05)

    raised(SseTimeout, uncaught)
    assert told() == [("GET", "prices", "no nothing event within 0.05 s")]


def judged_by_the_task() -> None:
    with guest().client.get("/clock/1/1") as stream:
        list(stream)
        stream.failure("not what was asked for")
    assert told() == [("GET", "/clock/1/1", "not what was asked for")]


def closed_by_the_task() -> None:
    with guest().client.get("/prices") as stream:
        first, _, third = (stream.expect() for _ in range(3))
        until(lambda: stream.events > 9)
    took = third.arrived - began(stream, first.arrived)
    assert math.isclose(samples[0]["response_time"], took * 1000, abs_tol=0.01), "until the last event that was taken"
    assert told() == [("GET", "/prices", "")]
    assert stream.receive() is None


def refused() -> None:
    client = guest().client
    error = raised(SseConnectError, lambda: client.get("/busy"))
    assert (error.status, error.body) == (429, '{"error": "too many"}')
    text = str(error)
    assert text == 'the server answered with status 429: {"error": "too many"}'
    page = raised(SseConnectError, lambda: client.get("/page"))
    assert str(page) == "no event stream: the answer's content type is `text/html`"
    nobody = raised(SseConnectError, lambda: client.get("http://127.0.0.1:1/", name="nobody"))
    assert str(nobody) == "cannot connect: Connection refused"
    assert told() == [("GET", "/busy", text), ("GET", "/page", str(page)), ("GET", "nobody", str(nobody))]


def broken() -> None:
    error = raised(SseLost, lambda: list(guest().client.get("/cut")))
    assert str(error) == "stream cut off: the connection ended before the last chunk"
    stalled = raised(SseTimeout, lambda: list(guest(timeout=1).client.get("/stall")))
    assert str(stalled) == "nothing more came within 1 s"
    assert told() == [("GET", "/cut", str(error)), ("GET", "/stall", str(stalled))]


def limits() -> None:
    error = raised(SseLost, lambda: list(guest(max_event_size=100_000).client.get("/endless_line")))
    assert str(error) == "a line or an event of more than 100000 bytes (`max_event_size`)"
    with guest(max_queued_events=100).client.get("/many") as stream:
        until(lambda: has_ended(stream))
        error = raised(SseLost, lambda: list(stream))
    assert "`max_queued_events`" in str(error)
    assert [failed != "" for _, _, failed in told()] == [True, True]


def connected_again() -> None:
    with guest().client.get("/again", reconnect=1) as stream:
        assert [event.data for event in stream] == ["1", "2", "3", "4"]
    assert stream.reconnections == 1 and told() == [("GET", "/again", "")]


def times_are_without_the_script() -> None:
    """The script computes until all events have come, and for a while after that."""
    with guest().client.get("/clock/10/10") as stream:
        while not has_ended(stream):
            pass
        ended = time.perf_counter()
        while time.perf_counter() < ended + 0.05:
            pass
        events = list(stream)
    assert all(float(event.data) <= event.arrived <= ended for event in events), (events, ended)
    assert samples[0]["response_time"] / 1000 <= ended - began(stream, events[0].arrived) + 1e-5, samples


def has_ended(stream: EventStream) -> bool:
    """As the I/O thread knows it, whatever was taken. No greenlet gets a turn meanwhile."""
    return stream._native.moments()[4] is not None


def wrong() -> None:
    client = guest().client
    for call, text in (
        (lambda: client.get("ftp://host/"), "the URL `ftp://host/`"),
        (lambda: client.get("http://me:secret@host/"), "user and password"),
        (lambda: client.get("/", headers={"Content-Length": "1"}), "`Content-Length`"),
        (lambda: client.get("/", last_event_id="a\nb"), "`last_event_id`"),
        (lambda: guest(timeout=0).client.get("/"), "timeout: `0`"),
        (lambda: guest(host=None).client.get("/"), "no host"),
    ):
        assert text in str(raised(ValueError, call)), text


def killed() -> None:
    """Whoever kills a user closes its streams, without a sample, and frees its wait."""
    before = _native.parked()
    user = guest()
    heard: list[str] = []

    def listen() -> None:
        with user.client.get("/stall") as stream:
            heard.extend(event.data for event in stream)

    waiting = gevent.spawn(listen)
    until(lambda: heard and _native.parked() == before + 1)
    waiting.kill()
    assert _native.parked() == before and not samples
    left = guest().client
    stream = left.get("/stall")
    left.close()
    assert stream.receive() is None and not samples


CASES = (
    events,
    one_request_until_the_end,
    packed,
    tokens,
    sent_as_said,
    expected,
    judged_by_the_task,
    closed_by_the_task,
    refused,
    broken,
    limits,
    connected_again,
    times_are_without_the_script,
    wrong,
    killed,
)


def over_tls(authority: str) -> None:
    with guest(verify=authority).client.get("/clock/3/1") as stream:
        assert len(list(stream)) == 3
    error = raised(SseConnectError, lambda: guest().client.get("/clock/3/1"))
    assert str(error).startswith("TLS: "), error


def proxied(address: str, authority: str) -> None:
    """Each way to say the proxy, in the order in which the proxy hears of them; the server is asked by its name."""
    feed = f"{sys.argv[1].replace('127.0.0.1', 'localhost')}/clock/1/1?feed"
    plain, known, socks = f"http://{address}", f"http://us%40er:p%3Aw@{address}", f"socks5h://{address}"
    fields: dict[str, Any] = {"verify": authority} if authority else {}

    def is_of_the_proxy(**settings: Any) -> bool:
        with guest(**fields, **settings).client.get(feed) as stream:
            (event,) = list(stream)
        return event.data == "proxied"

    by_itself = not authority  # a tunnel leads to the server
    assert is_of_the_proxy(proxies={"all": plain}) == by_itself
    assert is_of_the_proxy(proxies={"https" if authority else "http": known, "ftp": "strange://x"}) == by_itself
    assert not is_of_the_proxy(proxies={"all": socks})
    with patch.dict(os.environ, HTTP_PROXY=plain, HTTPS_PROXY=plain, NO_PROXY="other.example"):
        assert is_of_the_proxy(trust_env=True) == by_itself
        assert not is_of_the_proxy()  # the environment does not count
    with patch.dict(os.environ, ALL_PROXY="http://127.0.0.1:1", NO_PROXY="localhost"):
        assert not is_of_the_proxy(trust_env=True)
        assert is_of_the_proxy(trust_env=True, proxies={"all": plain}) == by_itself  # what is said counts more


def proxies_that_fail(address: str) -> None:
    forbidden = guest(verify=False, proxies={"all": f"http://user:word@{address}"}).client
    error = raised(SseConnectError, lambda: forbidden.get("https://forbidden:81/feed"))
    assert str(error) == "proxy: tunnel connection failed: HTTP/1.1 403 Forbidden"
    assert told()[-1][:2] == ("GET", "https://forbidden:81/feed")
    stranger = guest(proxies={"all": f"socks5://stranger:word@{address}"}).client
    error = raised(SseConnectError, lambda: stranger.get("/clock/1/1"))
    assert str(error) == "proxy: SOCKS5 authentication failed"
    nobody = guest(proxies={"all": "127.0.0.1:1"}).client
    error = raised(SseConnectError, lambda: nobody.get("/clock/1/1"))
    assert str(error) == "proxy: cannot connect: Connection refused (os error 111)"
    wrong = guest(proxies={"all": "strange://user:word@127.0.0.1:1"}).client
    error = raised(ValueError, lambda: wrong.get("/clock/1/1"))
    assert "is none of http://, socks5://, socks5h://" in str(error) and "word" not in str(error)


def truth() -> dict[str, float]:
    """A hundred users, one more each 10 ms, with forty events 50 ms apart: by how many milliseconds our times differ
    from the server's."""
    gaps: list[float] = []
    firsts: list[float] = []
    late: list[float] = []

    def listen(number: int) -> None:
        gevent.sleep(number * 0.01)
        with guest().client.get("/clock/40/50", name="clock") as stream:
            events = list(stream)
        sent = [float(event.data) for event in events]
        came = [event.arrived for event in events]
        for at in range(1, len(events)):
            gaps.append(abs((came[at] - came[at - 1]) - (sent[at] - sent[at - 1])) * 1000)
        late.append((came[0] - sent[0]) * 1000)
        # The server's clock begins when it has read the request, ours before it connects.
        assert stream.first_event is not None
        firsts.append(abs(stream.first_event - (sent[0] - float(events[0].id))) * 1000)

    gevent.joinall([gevent.spawn(listen, number) for number in range(100)], raise_error=True)
    assert (len(gaps), len(firsts)) == (3900, 100)
    shown = {}
    for name, errors in (("gap", gaps), ("late", late), ("first", firsts)):
        errors.sort()
        shown |= {f"{name}_{percent}": errors[len(errors) * percent // 100] for percent in (50, 90, 95, 99)}
        shown[f"{name}_max"] = errors[-1]
    return shown


if __name__ == "__main__":
    match sys.argv[2:]:
        case ["tls", authority]:
            over_tls(authority)
            print("over_tls")
        case ["proxied", proxy, authority]:
            proxied(proxy, authority)
            if not authority:
                proxies_that_fail(proxy)
            print("proxied")
        case ["truth"]:
            print(json.dumps(truth()))
        case _:
            for case in CASES:
                samples.clear()
                case()
                print(case.__name__)
