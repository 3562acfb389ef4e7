"""An exchange of the native engine in geventhttpclient's own terms: its transport, headers and requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed
from locust.contrib._fast_agent import USER_AGENT
from locust.contrib._fast_responses import FastRequest

_VERSIONS = {10: "HTTP/1.0", 11: "HTTP/1.1", 20: "HTTP/2"}


class Stream:
    """The transport side of an answer that has been read to its end, but for the given rest."""

    def __init__(self, exchange: Any, hop: int | None = None, rest: bytes = b"") -> None:
        self._exchange = exchange
        self._hop = exchange.answers - 1 if hop is None else hop
        self._rest = rest
        self.version = _VERSIONS.get(exchange.version(self._hop) if exchange.answers else 11)
        self.message_complete = exchange.is_answered or hop is not None
        self._headers_index = ghc_headers(exchange, self._hop)
        length = self._headers_index.get("content-length")
        self.length = int(length) if isinstance(length, str) and length.strip().isdigit() else None

    def __repr__(self) -> str:
        return f"<HTTPSocketPoolResponse status={self.get_code()} headers={dict(self._headers_index.items())}>"

    def get_code(self) -> int:
        return self._exchange.status(self._hop)

    def read(self, n: int | None = None) -> bytes:
        end = len(self._rest) if n is None else n
        part, self._rest = self._rest[:end], self._rest[end:]
        return part

    def readline(self, sep: bytes = b"\r\n") -> bytes:
        if not self.message_complete:
            raise HTTPConnectionClosed("connection closed.")
        line, found, _ = self._rest.partition(sep)
        return self.read(len(line + found))

    def release(self) -> None:
        pass

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")


def ghc_headers(exchange: Any, hop: int | None = None) -> Headers:
    headers = Headers()
    for name, value in exchange.headers(exchange.answers - 1 if hop is None else hop):
        headers.add(name, value)
    return headers


def ghc_request(exchange: Any) -> FastRequest:
    """The request behind an answer, as geventhttpclient's agent holds it: without what the wire adds."""
    hop = exchange.last_hop
    headers = Headers()
    for name, value in exchange.request_headers(hop):
        if name != "Content-Length":
            headers.add(name, value)
    return FastRequest(
        exchange.url(hop), method=exchange.method(hop), headers=headers, payload=exchange.request_body(hop)
    )


def asked_request(exchange: Any) -> FastRequest:
    """The request behind a call without an answer: as it was asked for, whatever redirects had come."""
    left_out = _headers_of_agent(exchange.session)
    # A plain dict, as under Locust: a type in another spelling does not count.
    headers = {name: value for name, value in exchange.request_headers(0) if left_out.get(name.lower()) != value}
    headers.pop("Content-Length", None)
    payload = exchange.request_body(0)
    if isinstance(payload, bytes):
        headers.setdefault("content-type", "application/octet-stream")
    elif payload and ("content-type" not in headers or "content-length" in headers):
        payload = payload.encode()
        headers.setdefault("content-type", "text/plain; charset=utf-8")
        headers["content-length"] = str(len(payload))
    return FastRequest(exchange.first_url, method=exchange.method(0), headers=headers, payload=payload)  # type: ignore[arg-type]


def _headers_of_agent(session: Any) -> dict[str, str]:
    """What the user agent adds to the headers of each call; names in lower case."""
    agent = session.__dict__.get("client")  # made when it is first asked for
    if agent is None:
        headers = {"User-Agent": USER_AGENT, **(session._agent_arguments[-1].get("headers") or {})}
    else:
        headers = agent.default_headers
    return {name.lower(): str(value) for name, value in headers.items()}
