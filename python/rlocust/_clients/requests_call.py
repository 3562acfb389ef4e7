"""How a call of `requests` goes down to the engine.

`prepare` decides whether the engine may send what `requests` prepared.
`ORIGINALS` lists what the native roads bypass: while somebody has replaced one of these, calls run through `requests`
itself.
"""

from __future__ import annotations

import http.client
import socket
from typing import Any, NamedTuple
from urllib.request import getproxies

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException

from .cookies import Row, cookie_row
from .proxies import ProxyRow, proxy_rows

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


class Prepared(NamedTuple):
    """A call that `requests` has prepared and the engine sends; see `client/http/prepared.rs`."""

    request: requests.PreparedRequest
    timeout: Any
    follow: bool
    verify: Any
    cert: Any
    #: Of this call alone: they go along on redirects, and are not kept.
    cookies: list[Row] | None
    proxies: list[ProxyRow]


def prepare(session: Any, method: str, url: str, data: Any, json: Any, kwargs: dict[str, Any]) -> Prepared | None:
    """Prepares a call for the engine, or answers None where only `requests` can carry it.

    Raises `MissingSchema`, `InvalidSchema`, `InvalidURL` as `requests` does.
    """
    if reason_for_requests(session, data, kwargs):
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
    proxies = proxy_rows(settings["proxies"])
    if proxies is None or (not proxies and follow and session.trust_env and getproxies()):
        return None  # in the second case a redirect may lead to a host that does have a proxy
    cookies = [cookie_row(cookie) for cookie in prepared._cookies] if kwargs.get("cookies") else None
    timeout, verify, cert = kwargs.get("timeout"), settings["verify"], settings["cert"]
    return Prepared(prepared, timeout, follow, verify, cert, cookies, proxies)


def sees_attempts(session: Any) -> bool:
    """Whether what `requests` sends for this session goes out by its own adapters, one attempt at a time."""
    client = session._client
    is_own = not session.__dict__.keys() & _METHODS and client.is_intact()
    return is_own and client.are_own_adapters(session.adapters)


def reason_for_requests(session: Any, data: Any, kwargs: dict[str, Any]) -> str | None:
    """What in the call or the session needs an adapter, a hook or a live stream of `requests`; None if nothing does."""
    touched = session.__dict__
    if replaced := touched.keys() & _METHODS:
        return f"`{min(replaced)}` set on the session"
    if not _jar_is_ours(session):
        return "own cookie jar"
    if session._pool_manager is not None:
        return "`pool_manager`"
    if unknown := kwargs.keys() - _ARGUMENTS:
        return f"`{min(unknown)}=`"
    if kwargs.get("stream") or session.stream:
        return "`stream=True`"
    if kwargs.get("hooks") or any(touched.get("hooks", {}).values()):
        return "`hooks=`"
    auth = kwargs.get("auth") or session.auth
    if auth is not None and not isinstance(auth, tuple) and type(auth) is not HTTPBasicAuth:
        return "`auth=` other than basic"
    if "adapters" in touched and not session._client.are_own_adapters(session.adapters):
        return "mounted adapter"
    return None if isinstance(data, str | bytes | dict | list | tuple | None) else "`data=` that is a stream"


def _jar_is_ours(session: Any) -> bool:
    if "cookies" not in session.__dict__:
        return True
    jar = session.cookies
    return jar is session._client.cookies() and jar.is_in_step
