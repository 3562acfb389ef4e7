"""Proxies as the engine takes them, out of what `requests` calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import urllib3
from requests.auth import _basic_auth_str
from requests.utils import get_auth_from_url, get_environ_proxies, prepend_scheme_if_needed
from urllib3.exceptions import LocationParseError

from rlocust import _native

# Key of `requests`, scheme, host, port, user and password, value of `Proxy-Authorization`; see
# `client/request/proxies.rs`.
ProxyRow = tuple[str, str, str, int, tuple[str, str] | None, str | None]

_SCHEMES = ("http", "socks5", "socks5h")


def proxy_rows(merged: Any) -> list[ProxyRow] | None:
    """The proxies that the engine can use, or None if one among them is not of its kinds (or not well formed)."""
    rows: list[ProxyRow] = []
    for key, url in (merged or {}).items():
        if key == "no_proxy" or not url:
            continue
        try:
            parts = urllib3.util.parse_url(prepend_scheme_if_needed(url, "http"))
        except (LocationParseError, ValueError, TypeError):  # the last of `http://user:word@`
            return None
        if parts.scheme not in _SCHEMES or not parts.host or parts.path not in (None, "", "/"):
            return None
        user, password = get_auth_from_url(url)
        credentials = (user, password) if user else None
        authorization = _basic_auth_str(user, password) if user else None
        port = parts.port or (1080 if parts.scheme.startswith("socks") else 80)
        rows.append((key, parts.scheme, parts.host.strip("[]"), port, credentials, authorization))
    return rows


def proxies_for(url: str, given: Mapping[str, str] | None, trust_env: bool) -> list[ProxyRow]:
    """Those of a connection to an http or https URL: the given ones, then those of the environment, unless `no_proxy`
    has the host. `ValueError` for one of another kind.
    """
    merged = dict(get_environ_proxies(url, no_proxy=(given or {}).get("no_proxy"))) if trust_env else {}
    merged |= given or {}
    rows = []
    for key, proxy in merged.items():
        if key not in ("http", "https", "all") and "://" not in key:
            continue  # of other protocols, and what the environment says of no proxy
        found = proxy_rows({key: proxy})
        if found is None:
            shown = _native.without_user_info(str(proxy))
            raise ValueError(f"the proxy `{shown}` is none of http://, socks5://, socks5h://")
        rows += found
    return rows
