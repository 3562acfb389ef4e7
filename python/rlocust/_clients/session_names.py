"""What both HTTP sessions do alike before a call is one: base URL, credentials in it, the name of a group of calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
