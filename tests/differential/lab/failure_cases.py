"""The failures whose texts, exceptions and traces are compared: each a call or a few on a fresh client.

`{NAME}` in a URL or host is one of the lab server's ports, `{http}` the one of the case. Time limits are seconds:
`timeout=` of HttpUser, class attributes of FastHttpUser. The other side of a limit that strikes says nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.differential.lab import faults
from tests.differential.lab.answers import Place, Request

ALL = ("http", "hook", "fast")
REQUESTS = ("http", "hook")
STRIKES, AMPLE = 1.0, 30.0


@dataclass(frozen=True)
class Case:
    name: str
    url: str
    method: str = "GET"
    timeout: Any = None
    host: str = "http://127.0.0.1:{http}"
    times: int = 1  # what the server does after an answer has arrived before the next call
    clients: tuple[str, ...] = ALL
    arguments: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    proxy: str = ""  # `proxies=` of HttpUser, `proxy_host` and `proxy_port` of FastHttpUser
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """`slow` cases are about time itself, `limits` wait for one that strikes."""
        if self.name.startswith("slow/"):
            return "slow"
        limits = self.timeout if isinstance(self.timeout, tuple) else (self.timeout,)
        return "limits" if any(isinstance(limit, float) and limit < AMPLE for limit in limits) else "answers"


GROUPS = ("answers", "limits", "slow")


def cases() -> Iterator[Case]:
    yield from answered()
    yield from kept()
    yield from timed()
    yield from unconnected()
    yield from unspeakable()
    yield from redirected()
    yield from led_round()


def answered() -> Iterator[Case]:
    """One case for each fault of an answer that needs nothing but the asking."""
    nowhere = Place(Request(b"GET / HTTP/1.1\r\n\r\n"), {"http": 1, "refused": 1}, {})
    for name, _ in faults.described(nowhere):
        family = name.partition("/")[0]
        method = "HEAD" if name.startswith("bodiless/head") else "GET"
        if family in ("keep", "hang", "slow", "interim", "bodiless"):
            continue
        yield Case(name, f"/fault/{name}", method)
    for name in ("cut/nothing", "cut/half_a_body", "reset/before", "status_line/garbage"):
        yield Case(f"{name} POST", f"/fault/{name}", "POST", arguments={"data": "body"})
        yield Case(f"{name} HEAD", f"/fault/{name}", "HEAD")


def kept() -> Iterator[Case]:
    """Twice on one connection: what does the first answer leave behind for the second?"""
    for family, names in (("interim", faults.INTERIM), ("bodiless", faults.BODILESS), ("keep", faults.KEEPING)):
        for name in names:
            method = "HEAD" if name.startswith("head") else "GET"
            twice = partial(Case, f"{family}/{name}", f"/fault/{family}/{name}", method, times=2)
            if name == "chunked_first":  # geventhttpclient waits for the end of it
                yield twice(timeout=AMPLE, clients=REQUESTS)
                yield twice(timeout=STRIKES, clients=("fast",))
            else:
                yield twice(timeout=AMPLE)
    for ending in ("close", "reset"):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            yield Case(f"race/{ending} {method}", f"/fault/race/{ending}/{method}", method, timeout=AMPLE, times=3)
    for ending in ("close", "reset", "half_close"):
        yield Case(f"silent/{ending}", f"/fault/silent/{ending}", timeout=AMPLE, times=2)


def timed() -> Iterator[Case]:
    for name in faults.HANGS:
        yield Case(f"hang/{name}", f"/fault/hang/{name}", timeout=STRIKES)
    for name in faults.SLOW:
        yield Case(f"slow/{name}", f"/fault/slow/{name}", timeout=STRIKES)
    yield Case("hang/before POST", "/fault/hang/before", "POST", timeout=STRIKES)
    yield Case("hang/before pair", "/fault/hang/before", timeout=(AMPLE, STRIKES))
    yield Case("hang/before whole second", "/fault/hang/before", timeout=1, clients=REQUESTS)
    yield Case("hang/before fraction", "/fault/hang/before", timeout=1.25, clients=REQUESTS)
    yield Case("hang/before twice", "/fault/hang/before", timeout=STRIKES, user={"max_retries": 1}, clients=("fast",))
    for name, limit in {
        "zero": 0,
        "minus": -1,
        "word": "soon",
        "triple": (1, 2, 3),
        "true": True,
        "list": [1, 2],
    }.items():
        yield Case(f"timeout {name}", "/good", timeout=limit, clients=REQUESTS)
    yield Case("connect timeout", "http://127.0.0.1:{full}/", timeout=STRIKES)
    yield Case("connect timeout pair", "http://127.0.0.1:{full}/", timeout=(STRIKES, AMPLE), clients=REQUESTS)
    yield Case("connect timeout whole second", "http://127.0.0.1:{full}/", timeout=1, clients=REQUESTS)
    yield Case("connect timeout named", "http://localhost:{full}/", timeout=STRIKES)
    yield Case("tls timeout", "https://127.0.0.1:{silent}/", timeout=STRIKES)


def unconnected() -> Iterator[Case]:
    yield Case("refused", "http://127.0.0.1:{refused}/gone")
    yield Case("refused POST", "http://127.0.0.1:{refused}/gone", "POST", arguments={"json": {"a": 1}})
    for name, arguments in {
        "text": {"data": "body"},
        "text and type": {"data": "body", "headers": {"Content-Type": "text/odd"}},
        "text and type in lower case": {"data": "body", "headers": {"content-type": "text/odd"}},
        "bytes": {"data": b"body"},
        "bytes and type": {"data": b"body", "headers": {"Content-Type": "text/odd"}},
        "form": {"data": {"a": "b"}},
        "json and type": {"json": {"a": 1}, "headers": {"content-type": "text/odd", "accept": "text/odd"}},
        "nothing": {},
        "agent": {"headers": {"User-Agent": "own"}},
    }.items():
        yield Case(f"refused POST {name}", "http://127.0.0.1:{refused}/gone", "POST", arguments=arguments)
    yield Case(
        "refused POST defaults",
        "http://127.0.0.1:{refused}/gone",
        "POST",
        arguments={"json": {"a": 1}},
        user={"default_headers": {"X-Default": "1"}},
        clients=("fast",),
    )
    yield Case("refused named", "http://localhost:{refused}/gone", arguments={"name": "a name"})
    yield Case("refused tls", "https://127.0.0.1:{refused}/gone")
    yield Case("unknown host", "http://no-such-host.invalid/gone")
    yield Case("unknown host tls", "https://no-such-host.invalid/gone")
    yield Case("unreachable", "http://255.255.255.255/gone")
    for name in ("closed", "reset", "talking"):
        yield Case(f"port {name}", f"http://127.0.0.1:{{{name}}}/", timeout=AMPLE)
    for name in ("closed", "reset", "talking", "plain_to_tls", "hello_closed", "hello_reset", "hello_alert"):
        yield Case(f"tls {name}", f"https://127.0.0.1:{{{name}}}/", timeout=AMPLE)
    yield Case("tls http", "https://127.0.0.1:{http}/", timeout=STRIKES)
    yield Case("plain http to tls", "http://127.0.0.1:{tls_server}/", timeout=AMPLE)
    for name in ("server", "other", "expired", "selfsigned", "expired-selfsigned"):
        certificate = f"{{tls_{name}}}"
        yield Case(f"certificate {name}", f"https://127.0.0.1:{certificate}/", user={"insecure": False})
        yield Case(f"certificate {name} named", f"https://localhost:{certificate}/", user={"insecure": False})
        yield Case(
            f"certificate {name} unverified",
            f"https://localhost:{certificate}/",
            arguments={"verify": False},
            clients=REQUESTS,
        )
        yield Case(f"certificate {name} insecure", f"https://localhost:{certificate}/", clients=("fast",))
        yield Case(
            f"certificate {name} with its CA",
            f"https://localhost:{certificate}/",
            arguments={"verify": "CA"},
            clients=REQUESTS,
        )
        yield Case(
            f"certificate {name} with its CA by address",
            f"https://127.0.0.1:{certificate}/",
            arguments={"verify": "CA"},
            clients=REQUESTS,
        )
    yield Case("no CA file", "https://localhost:{tls_server}/", arguments={"verify": "/no/such/file"}, clients=REQUESTS)
    yield Case(
        "no client certificate",
        "https://localhost:{tls_server}/",
        arguments={"cert": "/no/such/file"},
        clients=REQUESTS,
    )


URLS = {
    "no_scheme": ".example/path",
    "only_a_word": "word",
    "empty": "",
    "only_scheme": "http://",
    "no_host": "http:///path",
    "only_port": "http://:80/",
    "ftp": "ftp://127.0.0.1/file",
    "mail": "mailto:someone",
    "port_word": "http://127.0.0.1:port/",
    "port_high": "http://127.0.0.1:99999/",
    "port_minus": "http://127.0.0.1:-1/",
    "port_zero": "http://127.0.0.1:0/",
    "port_empty": "http://no-such-host.invalid:/",
    "open_bracket": "http://[::1/",
    "bad_address": "http://[::zz]/",
    "star": "http://*.example.invalid/",
    "dot": "http://.example.invalid/",
    "dots": "http://a..invalid/",
    "long_label": "http://" + "a" * 70 + ".invalid/",
    "long_host": "http://" + "a." * 140 + "invalid/",
    "unicode_host": "http://bücher.invalid/",
    "bad_unicode_host": "http://\u2603\ufffd.invalid/",
    "emoji_host": "http://\N{SNOWMAN}.invalid/",
    "blank_host": "http://a b.invalid/",
    "underscore_host": "http://a_b.invalid/",
    "percent_host": "http://a%20b.invalid/",
    "user_only": "http://user@no-such-host.invalid/",
    "two_ats": "http://a@b@no-such-host.invalid/",
    "line_feed": "http://127.0.0.1:{refused}/a\nb",
    "carriage_return": "http://127.0.0.1:{refused}/a\rb",
    "nul": "http://127.0.0.1:{refused}/a\0b",
    "blank_first": " http://127.0.0.1:{refused}/",
    "blank_last": "http://127.0.0.1:{refused}/ ",
    "upper_scheme": "HTTP://127.0.0.1:{refused}/",
    "backslashes": "http:\\\\127.0.0.1:{refused}\\",
    "one_slash": "http:/127.0.0.1:{refused}/",
    "decimal_address": "http://2130706433:{refused}/",
    "short_address": "http://127.1:{refused}/",
    "fragment_host": "http://#fragment",
    "question_host": "http://?query",
    "ipv6_refused": "http://[::1]:{refused}/",
    "zone": "http://[fe80::1%25lo]:{refused}/",
}


def unspeakable() -> Iterator[Case]:
    for name, url in URLS.items():
        yield Case(f"url {name}", url, timeout=AMPLE)
    yield Case("url bytes", "BYTES")
    yield Case("url none", "NONE")
    yield Case("host without scheme", "/path", host="127.0.0.1:{refused}")
    yield Case("host empty", "/path", host="")
    yield Case("host with slash", "/path", host="http://127.0.0.1:{refused}/")
    yield Case("host ftp", "/path", host="ftp://127.0.0.1")
    for name, header in {
        "line_feed": {"X-A": "a\nb"},
        "name": {"X A": "a"},
        "number": {"X-A": 1},
        "utf8": {"X-A": "ü☃"},
        "blank": {"X-A": " a"},
    }.items():
        yield Case(f"bad header {name}", "/good", arguments={"headers": header})
    yield Case("bad method", "/good", "GE T")
    yield Case("empty method", "/good", "")


def redirected() -> Iterator[Case]:
    for limit in (0, 2):
        yield Case(f"redirect limit {limit}", "/redirect/302/5", user={"max_redirects": limit})
        yield Case(f"redirect limit {limit} enough", "/redirect/302/2", user={"max_redirects": limit})
    yield Case("redirect not followed", "/fault/redirect/to_ftp", arguments={"allow_redirects": False})
    for method in ("POST", "HEAD", "PUT"):
        yield Case(f"redirect to_nothing {method}", "/fault/redirect/to_nothing", method)
        yield Case(f"redirect loop {method}", "/fault/redirect/loop", method)


HTTP_PROXIES = (
    "407",
    "502",
    "without_reason",
    "201",
    "200",
    "closing",
    "reset",
    "garbage",
    "half",
    "to_plain",
    "to_silence",
)


def led_round() -> Iterator[Case]:
    """Ways round that lead nowhere: a proxy answers plain requests itself, and is asked for a tunnel for others."""
    ways = {name: f"http://127.0.0.1:{{proxy_{name}}}" for name in HTTP_PROXIES}
    ways |= {name: f"http://127.0.0.1:{{{name}}}" for name in ("refused", "silent")}
    ways |= {"unknown": "http://no-such-host.invalid:3128"}
    for name, proxy in ways.items():
        for scheme in ("http", "https"):
            for method in ("GET", "POST"):
                url = f"{scheme}://behind.invalid/path"
                is_silent = name == "silent" or (scheme == "https" and name in ("half", "to_silence"))
                limit = STRIKES if is_silent else AMPLE
                yield Case(f"proxy/{name} {scheme} {method}", url, method, timeout=limit, proxy=proxy)
    yield Case("proxy/full", "http://behind.invalid/", timeout=STRIKES, proxy="http://127.0.0.1:{full}")
    yield Case("proxy/full https", "https://behind.invalid/", timeout=STRIKES, proxy="http://127.0.0.1:{full}")
    with_word = "http://user:word@127.0.0.1:{proxy_407}"
    yield Case("proxy/wrong word", "http://behind.invalid/", proxy=with_word, clients=REQUESTS)
    yield Case("proxy/wrong word https", "https://behind.invalid/", proxy=with_word, clients=REQUESTS)
    for name, proxy in {
        "ftp": "ftp://127.0.0.1:{refused}",
        "no_host": "http://",
        "port_word": "http://127.0.0.1:port",
        "no_scheme": "127.0.0.1:{refused}",
        "tls_refused": "https://127.0.0.1:{refused}",
        "tls_to_plain": "https://127.0.0.1:{plain_to_tls}",
    }.items():
        yield Case(f"proxy/url_{name}", "http://behind.invalid/", timeout=AMPLE, proxy=proxy, clients=REQUESTS)
        yield Case(f"proxy/url_{name} https", "https://behind.invalid/", timeout=AMPLE, proxy=proxy, clients=REQUESTS)
    for name in ("refusing", "not_that_way", "wrong_word"):
        way = f"socks5h://user:word@127.0.0.1:{{socks_{name}}}"
        yield Case(f"proxy/socks_{name}", "http://behind.invalid/", timeout=AMPLE, proxy=way, clients=REQUESTS)
    yield Case("proxy/socks_refused", "http://behind.invalid/", proxy="socks5://127.0.0.1:{refused}", clients=REQUESTS)
    nowhere = "http://127.0.0.1:{refused}"
    everything = {"http_proxy": nowhere, "HTTP_PROXY": nowhere, "all_proxy": nowhere}
    yield Case("proxy/of the environment", "/good", environment=everything)
