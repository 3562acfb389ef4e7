"""How an exchange of the native engine looks to code that knows `requests`.

`FIELDS` makes the fields of a response when they are read; `prepare` decides whether the engine may send
what `requests` prepared; `ORIGINALS` lists what the native roads bypass: while somebody has replaced one
of these, calls run through `requests` itself.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, _basic_auth_str
from requests.cookies import RequestsCookieJar, cookiejar_from_dict, extract_cookies_to_jar
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from requests.utils import get_auth_from_url, get_encoding_from_headers, prepend_scheme_if_needed, to_key_val_list
from urllib3._collections import HTTPHeaderDict
from urllib3.exceptions import LocationParseError

from rlocust._cookies import Row, cookie_row

# (owner, attribute): what it is when `clients.py` hands the list over is the original.
ORIGINALS: list[tuple[Any, str]] = [
    (owner, attribute)
    for owner, attributes in (
        (
            requests.Session,
            "request send prepare_request merge_environment_settings get_adapter get_redirect_target should_strip_auth"
            " rebuild_auth rebuild_method rebuild_proxies resolve_redirects",
        ),
        (
            requests.PreparedRequest,
            "prepare prepare_method prepare_url prepare_headers prepare_cookies prepare_body prepare_content_length"
            " prepare_auth prepare_hooks",
        ),
        (requests.models, "complexjson"),
        (
            HTTPAdapter,
            "send build_response add_headers request_url get_connection_with_tls_context"
            " build_connection_pool_key_attributes",
        ),
        (urllib3.HTTPConnectionPool, "urlopen _make_request _new_conn ConnectionCls"),
        (urllib3.HTTPSConnectionPool, "_new_conn ConnectionCls"),
        (urllib3.connection.HTTPConnection, "request connect _new_conn"),
        (urllib3.connection.HTTPSConnection, "connect"),
        (http.client.HTTPConnection, "putrequest putheader send getresponse debuglevel"),
        (urllib3.util.connection, "create_connection allowed_gai_family"),
        (socket, "create_connection getaddrinfo"),
    )
    for attribute in attributes.split()
]

_ARGUMENTS = frozenset(
    "params headers cookies files auth timeout allow_redirects proxies hooks stream verify cert".split()
)


# Methods that, set on one session, only requests' road calls.
_METHODS = frozenset(
    "send merge_environment_settings get_adapter resolve_redirects get_redirect_target should_strip_auth rebuild_auth"
    " rebuild_method rebuild_proxies _send_request_safe_mode".split()
)


def prepare(
    session: Any, method: str, url: str, data: Any, json: Any, kwargs: dict[str, Any]
) -> tuple[requests.PreparedRequest, Any, bool, Any, Any, list[Row] | None, list[ProxyRow]] | None:
    """Prepares a call for the engine, or answers None where only `requests` can carry it.

    Raises `MissingSchema`, `InvalidSchema`, `InvalidURL` as `requests` does.
    """
    if not _is_sendable(session, data, kwargs):
        return None
    request = requests.Request(
        method=method.upper(),
        url=url,
        headers=kwargs.get("headers"),
        files=kwargs.get("files"),
        data=data or {},
        json=json,
        params=kwargs.get("params") or {},
        auth=kwargs.get("auth"),
        cookies=kwargs.get("cookies"),
    )
    try:
        prepared = session.prepare_request(request)
    except (MissingSchema, InvalidSchema, InvalidURL):
        raise
    except RequestException:
        return None  # road 3 meets the same error and reports it
    if not isinstance(prepared.body, str | bytes | None) or not str(prepared.url).lower().startswith("http"):
        return None
    given = dict(kwargs.get("proxies") or {})
    settings = session.merge_environment_settings(prepared.url, given, None, kwargs.get("verify"), kwargs.get("cert"))
    follow = bool(kwargs.get("allow_redirects", True))
    proxies = _proxies(settings["proxies"])
    if proxies is None or (not proxies and follow and session.trust_env and getproxies()):
        return None  # in the second case a redirect may lead to a host that does have a proxy
    # Cookies of this call alone go along on redirects, and are not kept.
    cookies = [cookie_row(cookie) for cookie in prepared._cookies] if kwargs.get("cookies") else None
    return prepared, kwargs.get("timeout"), follow, settings["verify"], settings["cert"], cookies, proxies


def readable_twice(files: Any) -> Any:
    """`files=` of a call, such that two roads can read them one after the other and find the same."""
    if not files or isinstance(files, str | bytes):
        return files  # the latter `requests` refuses
    return [(name, _part_readable_twice(part)) for name, part in to_key_val_list(files)]


def _part_readable_twice(part: Any) -> Any:
    if isinstance(part, (tuple, list)):  # (file name, file, …)
        return tuple(_ReadableTwice(item) if hasattr(item, "read") else item for item in part)
    return _ReadableTwice(part) if hasattr(part, "read") else part


class _ReadableTwice:
    """A file whose second reading starts where the first one did; what cannot seek is kept."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._place: int | None = None
        self._content: Any = None

    @property
    def name(self) -> Any:
        return getattr(self._file, "name", None)

    def read(self) -> Any:
        if self._content is not None:
            return self._content
        if self._place is not None:
            self._file.seek(self._place)
            return self._file.read()
        self._place = _place_in(self._file)
        content = self._file.read()
        if self._place is None:
            self._content = content
        return content


def _place_in(file: Any) -> int | None:
    try:
        return file.tell() if file.seekable() else None
    except (AttributeError, OSError, ValueError):
        return None


# Key of `requests`, scheme, host, port, user and password, value of `Proxy-Authorization`; see
# `client/request/proxies.rs`.
ProxyRow = tuple[str, str, str, int, tuple[str, str] | None, str | None]


def _proxies(merged: Any) -> list[ProxyRow] | None:
    """The proxies that the engine can use, or None if one among them is not of its kinds (or not well formed)."""
    rows: list[ProxyRow] = []
    for key, url in (merged or {}).items():
        if key == "no_proxy" or not url:
            continue
        try:
            parts = urllib3.util.parse_url(prepend_scheme_if_needed(url, "http"))
        except (LocationParseError, ValueError):
            return None
        if parts.scheme not in ("http", "socks5", "socks5h") or not parts.host or parts.path not in (None, "", "/"):
            return None
        user, password = get_auth_from_url(url)
        credentials = (user, password) if user else None
        authorization = _basic_auth_str(user, password) if user else None
        port = parts.port or (1080 if parts.scheme.startswith("socks") else 80)
        rows.append((key, parts.scheme, parts.host.strip("[]"), port, credentials, authorization))
    return rows


def _is_sendable(session: Any, data: Any, kwargs: dict[str, Any]) -> bool:
    """Whether nothing in the call or the session needs an adapter, a hook or a live stream of `requests`."""
    touched = session.__dict__
    if touched.keys() & _METHODS or not _jar_is_ours(session):
        return False
    if session._pool_manager is not None or not kwargs.keys() <= _ARGUMENTS:
        return False
    if kwargs.get("stream") or session.stream:
        return False
    if kwargs.get("hooks") or any(touched.get("hooks", {}).values()):
        return False
    auth = kwargs.get("auth") or session.auth
    if auth is not None and not isinstance(auth, tuple) and type(auth) is not HTTPBasicAuth:
        return False
    if "adapters" in touched and not session._client.are_own_adapters(session.adapters):
        return False
    return isinstance(data, str | bytes | dict | list | tuple | None)


def _jar_is_ours(session: Any) -> bool:
    if "cookies" not in session.__dict__:
        return True
    jar = session.cookies
    return jar is session._client.cookies() and jar.is_in_step


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


def _request_meta(response: Any, exchange: Any) -> dict[str, Any]:
    return {
        "request_type": exchange.request_type,
        "response_time": exchange.response_time,
        "name": exchange.name,
        "context": exchange.context,
        "response": response,
        "exception": None,
        "start_time": exchange.start_time,
        "url": exchange.first_url,
        "response_length": exchange.response_length,
    }


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
    "request_meta": _request_meta,
    "_request_event": lambda response, exchange: exchange.session.request_event,
    "_catch_response": lambda response, exchange: exchange.catch_response,
}
