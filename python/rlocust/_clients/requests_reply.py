"""How an exchange of the native engine looks to code that knows `requests`.

`FIELDS` makes the fields of a response when they are first read.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.cookies import RequestsCookieJar, cookiejar_from_dict, extract_cookies_to_jar
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3._collections import HTTPHeaderDict


def _headers(pairs: list[tuple[str, str]]) -> CaseInsensitiveDict[str]:
    joined = HTTPHeaderDict()
    for name, value in pairs:
        joined.add(name, value)
    return CaseInsensitiveDict(joined)


_RETRIES = urllib3.Retry(0, read=False)


def _raw(exchange: Any, hop: int) -> urllib3.HTTPResponse:
    """The transport's side of an answer whose body has been read to its end."""
    original = _original(exchange, hop)
    address = urlsplit(exchange.url(hop))
    raw = urllib3.HTTPResponse(
        body=original,
        headers=HTTPHeaderDict(original.msg.items()),
        status=original.status,
        version=original.version,
        reason=original.reason,
        preload_content=False,
        decode_content=False,
        original_response=original,
        retries=_RETRIES,
        request_method=exchange.method(hop),
        request_url=(address.path or "/") + ("?" + address.query if address.query else ""),
    )
    raw.close()
    raw._fp_bytes_read, raw.length_remaining = exchange.wire_length(hop), 0
    return raw


def _original(exchange: Any, hop: int) -> http.client.HTTPResponse:
    """The answer as `http.client` presents it once it is read and closed."""
    original = http.client.HTTPResponse.__new__(http.client.HTTPResponse)
    original.fp = None  # type: ignore[assignment]
    original.debuglevel = 0
    original._method = exchange.method(hop)  # type: ignore[attr-defined]
    original.status = original.code = exchange.status(hop)  # type: ignore[attr-defined]
    original.version = exchange.version(hop)
    original.reason = exchange.reason(hop)
    original.headers = original.msg = http.client.HTTPMessage()
    for name, value in exchange.headers(hop):
        original.msg[name] = value
    original.chunked = "chunked" in original.msg.get("transfer-encoding", "").lower()
    original.chunk_left = None if original.chunked else "UNKNOWN"  # type: ignore[assignment]
    has_length = not original.chunked and (
        "content-length" in original.msg or original.status in (204, 304) or exchange.method(hop) == "HEAD"
    )
    original.length = 0 if has_length else None
    closes = original.version == 10 or "close" in original.msg.get("connection", "").lower()
    original.will_close = closes or not (has_length or original.chunked)
    original.close()
    return original


def _request(exchange: Any, hop: int) -> requests.PreparedRequest:
    if hop == 0 and exchange.prepared is not None:
        return exchange.prepared
    prepared = requests.PreparedRequest()
    prepared.method = exchange.method(hop)
    prepared.url = exchange.url(hop)
    prepared.headers = CaseInsensitiveDict(exchange.request_headers(hop))
    if any(exchange.status(past) not in (307, 308) for past in range(hop)):
        prepared.headers.pop("Content-Length", None)  # such redirects lose the body; what urllib3 adds does not show
    prepared.body = exchange.request_body(hop)
    prepared.hooks = default_hooks()
    # What was sent along: none, or those of the session.
    prepared._cookies = exchange.session.cookies if "Cookie" in prepared.headers else cookiejar_from_dict({})
    return prepared


def _cookies(exchange: Any, hop: int) -> RequestsCookieJar:
    jar = cookiejar_from_dict({})
    extract_cookies_to_jar(jar, _request(exchange, hop), _raw(exchange, hop))
    return jar


def _history(response: Any, exchange: Any) -> list[requests.Response]:
    history: list[requests.Response] = []
    for hop in range(exchange.last_hop):
        past = requests.Response()
        past.status_code = exchange.status(hop)
        past.headers = _headers(exchange.headers(hop))
        past.encoding = get_encoding_from_headers(past.headers)
        past.reason = exchange.reason(hop)
        past.url = exchange.url(hop)
        past.request = _request(exchange, hop)
        past.elapsed = timedelta(seconds=exchange.elapsed(hop))
        past.cookies = _cookies(exchange, hop)
        past._content = exchange.body(hop) or b""
        past._content_consumed = True
        past.raw = _raw(exchange, hop)
        past.history = history[:]
        past.connection = exchange.session.get_adapter(past.url)
        history.append(past)
    return history


def _next(response: Any, exchange: Any) -> Any:
    if exchange.follows_redirects or not response.is_redirect:
        return None
    session = exchange.session
    return next(session.resolve_redirects(response, response.request, yield_requests=True), None)


def _of_answer(make: Callable[[Any, int], Any], without: Callable[[], Any]) -> Callable[[Any, Any], Any]:
    """A field of the last answer, or what a plain `requests.Response()` holds where nothing was answered."""
    return lambda response, exchange: make(exchange, exchange.last_hop) if exchange.is_answered else without()


# Field of a response -> how it is made when it is first read: f(response, exchange).
FIELDS: dict[str, Callable[[Any, Any], Any]] = {
    "status_code": lambda response, exchange: exchange.status_code,
    "_content": lambda response, exchange: exchange.content,
    "_content_consumed": lambda response, exchange: True,
    "_next": _next,
    "headers": _of_answer(lambda exchange, hop: _headers(exchange.headers(hop)), CaseInsensitiveDict),
    "encoding": lambda response, exchange: get_encoding_from_headers(response.headers),
    "reason": _of_answer(lambda exchange, hop: exchange.reason(hop), lambda: None),
    "url": _of_answer(lambda exchange, hop: exchange.url(hop), lambda: None),
    "history": lambda response, exchange: _history(response, exchange) if exchange.is_answered else [],
    "elapsed": _of_answer(lambda exchange, hop: timedelta(seconds=exchange.elapsed(hop)), lambda: timedelta(0)),
    # A body that broke after a good head has no request of its own, as under Locust.
    "request": lambda response, exchange: _request(exchange, exchange.last_hop) if exchange.has_request else None,
    "cookies": _of_answer(_cookies, lambda: cookiejar_from_dict({})),
    "raw": _of_answer(_raw, lambda: None),
    "connection": lambda response, exchange: exchange.session.get_adapter(response.request.url),
    "request_meta": lambda response, exchange: exchange.request_meta(response),
    "_request_event": lambda response, exchange: exchange.session.request_event,
    "_catch_response": lambda response, exchange: exchange.catch_response,
}

#: Attributes of a response that have no say in whether its request failed.
HARMLESS = [
    "_exchange",
    "_entered",
    *(FIELDS.keys() - {"status_code", "request_meta", "_request_event", "_catch_response"}),
]
