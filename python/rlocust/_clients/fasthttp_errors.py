"""The exceptions that a failed exchange becomes where geventhttpclient would have made it, with its texts."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from geventhttpclient._parser import HTTPParseError
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import RetriesExceeded, UnsupportedRedirectSchemeError

from .errors import Facts, decoders_error, os_error
from .tls_errors import tls_error


def _retries_exceeded(facts: Facts, cause: str = "timed out") -> BaseException:

    original = facts["original"] or TimeoutError(cause)
    return RetriesExceeded(facts["asked_url"], facts["max_retries"], original=original)


def _parse_error(*args: Any) -> BaseException:

    return HTTPParseError(*args)


def _closed(facts: Facts) -> BaseException:

    return HTTPConnectionClosed("connection closed.")


def _too_many_redirects(facts: Facts) -> BaseException:

    return RetriesExceeded(facts["asked_url"], f"Redirection limit reached ({facts['max_redirects']})")


def _unsupported_redirect(facts: Facts) -> BaseException:

    return UnsupportedRedirectSchemeError(facts["url"], f"refusing to follow redirect to {facts['scheme']!r} URL")


def _undecodable(facts: Facts) -> Exception:
    """What zlib says of this body as geventhttpclient hands it over."""
    way = {"gzip": [16 + zlib.MAX_WBITS], "deflate": [-zlib.MAX_WBITS, zlib.MAX_WBITS]}.get(facts["encoding"], [])
    error = decoders_error(facts)
    for window_bits in way:
        try:
            zlib.decompress(facts["partial"], window_bits)
        except zlib.error as own:
            error = own.with_traceback(None)
    return error


_BY_KIND: dict[str, Callable[[Facts], BaseException]] = {
    "connect": lambda facts: os_error(facts["errno"]),
    "resolve": lambda facts: socket.gaierror(facts["code"], facts["text"]),
    "connect_timeout": _retries_exceeded,
    "handshake_timeout": lambda facts: _retries_exceeded(facts, "The handshake operation timed out"),
    "write_timeout": _retries_exceeded,
    "read_timeout": _retries_exceeded,
    "read_timeout_in_body": lambda facts: TimeoutError("timed out"),
    "short_body": lambda facts: _parse_error("Incomplete response."),
    "truncated_chunked": lambda facts: _parse_error("Incomplete response."),
    "bad_chunk": lambda facts: _parse_error("Invalid character in chunk size", 12),
    "closed_without_reply": _closed,
    "reset": _closed,
    "reset_in_head": lambda facts: os_error(facts["errno"]),
    "reset_in_answer": lambda facts: os_error(facts["errno"]),
    "bad_status_line": lambda facts: _parse_error("Expected HTTP/, RTSP/ or ICE/", 8),
    "headers_cut_off": lambda facts: (
        _parse_error("Incomplete response.") if facts["is_incomplete"] else _parse_error("Invalid EOF state", 14)
    ),
    "bad_framing": lambda facts: _parse_error(facts["reason"], facts["code"]),
    "bad_headers": lambda facts: _parse_error(facts["reason"], *[facts["code"]] * (facts["code"] >= 0)),
    "unknown_protocol": lambda facts: _parse_error("Invalid HTTP version", 9),
    "too_slow": lambda facts: TimeoutError(facts["in_words"]),
    "out_of_memory": lambda facts: MemoryError(facts["in_words"]),
    "decode": _undecodable,
    "too_many_redirects": _too_many_redirects,
    "redirect_scheme": _unsupported_redirect,
    "tls": tls_error,
    "http2": lambda facts: _parse_error(f"HTTP/2: {facts['reason']}"),
    "http2_in_answer": lambda facts: _parse_error(f"HTTP/2: {facts['reason']}"),
}


def for_geventhttpclient(facts: Facts) -> BaseException:
    """What geventhttpclient would have raised for this exchange.

    Raises `ValueError` where it lets one through: unknown content encodings and redirects to no URL.
    """
    kind = facts["kind"]
    if kind == "unknown_encoding":
        what = "Compression type not supported" if facts["encoding"] == "compress" else "Unknown content encoding"
        raise ValueError(f"{what}: {facts['encoding']}")
    if kind == "decode" and facts["encoding"] == "br":
        raise decoders_error(facts)  # no error that geventhttpclient's user agent knows of
    if kind == "redirect_invalid":
        parts = urlsplit(facts["target_url"])
        if parts.port is None and (not parts.hostname or not parts.hostname.isascii()):
            return socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # it looks such names up
        raise ValueError(f"Invalid URL {facts['target_url']!r}")
    if kind == "resolve":
        urlsplit(facts["url"])  # raises ValueError for brackets around what is no address
        facts["host"].encode("idna")  # raises UnicodeError for labels that are none
    return _BY_KIND[kind](facts)
