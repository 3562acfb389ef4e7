"""The exceptions that a failed exchange becomes where `requests` would have made it.

The engine reports kinds with facts; here each kind becomes the very exception that `requests` over urllib3 would have
raised: old `except` clauses and error rows match.
"""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException, RemoteDisconnected, UnknownProtocol
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3

from .errors import Facts, os_error
from .urllib3_connection_errors import (
    aborted,
    connect_timeout,
    ended_early,
    led_nowhere,
    read_timeout,
    read_timeout_in_body,
    refused,
    ssl_failure,
    unresolved,
)
from .urllib3_reply_errors import (
    bad_chunk,
    bad_headers,
    bad_status_line,
    broken_body,
    connection_broken,
    http2_error,
    short_body,
    too_many_encodings,
    truncated_chunked,
    undecodable,
)

_FOR_REQUESTS: dict[str, Callable[[Facts], BaseException]] = {
    "connect": refused,
    "resolve": unresolved,
    "connect_timeout": connect_timeout,
    "write_timeout": lambda facts: aborted(TimeoutError("timed out")),
    "handshake_timeout": lambda facts: read_timeout(facts, "The handshake operation timed out"),
    "read_timeout": read_timeout,
    "read_timeout_in_body": read_timeout_in_body,
    "short_body": short_body,
    "truncated_chunked": truncated_chunked,
    "bad_chunk": bad_chunk,
    "bad_framing": lambda facts: broken_body(urllib3.ProtocolError(facts["reason"])),
    "closed_without_reply": lambda facts: ended_early(
        facts, RemoteDisconnected("Remote end closed connection without response")
    ),
    "reset": lambda facts: ended_early(facts, os_error(facts["errno"])),
    "reset_in_head": lambda facts: ended_early(facts, os_error(facts["errno"])),
    "reset_in_answer": lambda facts: connection_broken(os_error(facts["errno"])),
    "bad_status_line": bad_status_line,
    "headers_cut_off": lambda facts: aborted(HTTPException("headers cut off")),
    "bad_headers": bad_headers,
    "too_slow": lambda facts: requests.ReadTimeout(facts["in_words"]),
    "out_of_memory": lambda facts: MemoryError(facts["in_words"]),
    "decode": undecodable,
    "too_many_encodings": too_many_encodings,
    "unknown_protocol": lambda facts: aborted(UnknownProtocol(facts["version"])),
    "too_many_redirects": lambda facts: requests.TooManyRedirects(f"Exceeded {facts['limit']} redirects."),
    "tls": ssl_failure,
    "proxy": led_nowhere,
    "http2": lambda facts: aborted(http2_error(facts)),
    "http2_in_answer": lambda facts: broken_body(
        urllib3.ProtocolError(f"Connection broken: {http2_error(facts)!r}", http2_error(facts))
    ),
}


def fail_requests(response: Any, facts: Facts) -> None:
    """Makes `response` the response of a failed exchange: its `error` is what `requests` would have raised.

    Raises `InvalidSchema` and `InvalidURL` for redirects that lead nowhere, which Locust lets through.
    """
    kind = facts["kind"]
    if kind == "redirect_scheme":
        raise requests.exceptions.InvalidSchema(f"No connection adapters were found for {facts['target_url']!r}")
    if kind == "redirect_undecodable":
        facts["location"].decode("utf-8")  # raises, as it does in requests
    if kind == "redirect_invalid":
        _refuse_address(facts["target_url"])
        raise requests.exceptions.InvalidURL(f"Invalid URL {facts['target_url']!r}: {facts['reason']}")
    if kind == "negative_chunk":
        raise ValueError("read length must be non-negative or -1")
    if kind == "resolve":
        _refuse_labels(facts["host"])
    exchange = response._exchange
    response.error = _FOR_REQUESTS[kind](facts)
    if exchange.has_request:
        response.error.request = response.request


def _refuse_address(url: str) -> None:
    """What `requests` says of a redirect to it, where `urllib.parse` finds fault with its host or port."""
    parts = urlsplit(url)
    try:
        parts.port  # noqa: B018 - raises where it is no number or too high
    except ValueError as error:
        raise requests.exceptions.InvalidURL(error) from error


def _refuse_labels(host: str) -> None:
    """urllib3 refuses to look up a name that is none, which Locust lets through."""
    if ":" in host:
        urlsplit(f"http://[{host}]/")  # raises ValueError where it is no address
        return
    try:
        host.encode("idna")
    except UnicodeError:
        raise urllib3.LocationParseError(f"{host!r}, label empty or too long") from None
