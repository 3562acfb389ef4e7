"""What both HTTP sessions do alike before a call is one: base URL, credentials in it, the name of a group of calls, and
parts that are made when somebody looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlparse, urlunparse

absolute_http_url_regexp = re.compile(r"^https?://", re.IGNORECASE)


def taken_credentials(url: str) -> tuple[str, str, str] | None:
    """The URL without its credentials, user and password; None unless both are in it."""
    parts = urlparse(url)
    if not (parts.username and parts.password):
        return None
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return urlunparse(bare), unquote(parts.username), unquote(parts.password)


class Part:
    """An attribute of a session, as if it had been set when the session was made: it is made on first touch.

    Not by `__getattr__`: while a class has that, each look-up of any attribute of its objects costs twice as much.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, session: Any, owner: type) -> Any:
        if session is None:
            raise AttributeError(f"type object {owner.__name__!r} has no attribute {self._name!r}")
        value = session.__dict__[self._name] = self._make(session)
        return value


class SessionNames:
    """Base of `HttpSession` and `FastHttpSession`."""

    base_url: Any
    request_name: str | None = None

    def _build_url(self, path: str) -> str:
        return path if absolute_http_url_regexp.match(path) else f"{self.base_url}{path}"

    @contextmanager
    def rename_request(self, name: str) -> Iterator[None]:
        """Groups the calls made inside the `with` block under `name`; leaving it clears `request_name`."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None
