"""URLs as users of our own clients give them."""

from __future__ import annotations


def absolute_url(url: str, host: str | None, remedy: str) -> str:
    """The URL, or this path of the host; `ValueError` with the remedy where there is no host."""
    if "://" in url:
        return url
    if not host:
        raise ValueError(f"`{url}` is a relative URL and the user has no host; {remedy}")
    return host.rstrip("/") + url if url.startswith("/") or not url else f"{host}{url}"
