"""Is it a URL or a file name?"""

from __future__ import annotations

from urllib.parse import urlparse


def is_url(url: str) -> bool:
    """True for an http or https address that names a host."""
    try:
        parsed = urlparse(url)
    except ValueError:
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.netloc)
