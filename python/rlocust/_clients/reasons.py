"""Why a Python library carries a call and not the engine, in a few words for the account at the end of a run.

docs/http-roads.md has the forms; here only the first reason that is found is named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rlocust import _native

from . import requests_call

Originals = list[tuple[Any, str, Any]]

#: Who is given the library and the reason of each such call, on the stack of the line that makes it: a profile.
watcher: Callable[[str, str], None] | None = None


def originals(named: list[tuple[Any, str]]) -> Originals:
    """What the native roads bypass, as it is now."""
    return [(owner, name, getattr(owner, name, None)) for owner, name in named]


def note_requests(session: Any, noted: Originals, url: str, data: Any, kwargs: dict[str, Any]) -> None:
    """`requests` has carried a call of this session."""
    _note(session, "requests", _about_requests(session, noted, url, data, kwargs))


def _note(session: Any, library: str, reason: str) -> None:
    _native.note_python_reason(session, reason)
    if watcher is not None:
        watcher(library, reason)


def _about_requests(session: Any, noted: Originals, url: str, data: Any, kwargs: dict[str, Any]) -> str:
    if reason := _about_code(session, noted) or requests_call.reason_for_requests(session, data, kwargs):
        return reason
    if session._client.leaves_to_requests(url):
        return "TLS of the host"
    if kwargs.get("proxies") or session.proxies or session.trust_env:
        return "kind of proxy"
    return "form of the call"


def note_agent(session: Any, noted: Originals, call: _native.FastCall, native_arguments: frozenset[str]) -> None:
    """geventhttpclient has carried a call of this session."""
    _note(session, "geventhttpclient", _about_agent(session, noted, call, native_arguments))


def _about_agent(session: Any, noted: Originals, call: _native.FastCall, native_arguments: frozenset[str]) -> str:
    if reason := _about_code(session, noted):
        return reason
    if call.stream:
        return "`stream=True`"
    if unknown := call.others.keys() - native_arguments:
        return f"`{min(unknown)}=`"
    if session._needs_agent:
        return "`client_pool`, `ssl_context_factory` or proxy of the user class"
    if "client" in session.__dict__ and session._agent_state(session.client) != session._made_state:
        return "changed user agent"
    return "form of the call"


def _about_code(session: Any, noted: Originals) -> str | None:
    """What somebody has put in the place of code that the engine bypasses."""
    for owner, name, original in noted:
        if getattr(owner, name, None) is not original:
            return f"`{owner.__name__}.{name}` replaced"
    for owner, name, _ in noted:
        # `request` is where a subclass begins: the native roads are below it.
        if name == "request" or not isinstance(owner, type) or not isinstance(session, owner):
            continue
        if name in vars(session):
            return f"`{name}` set on the session"
        home = next(kind for kind in type(session).__mro__ if name in vars(kind))
        if home.__module__.partition(".")[0] not in ("locust", "requests", "rlocust"):
            return f"`{name}` overridden"
    return None
