"""What `requests` over urllib3 raises where a connection could not be made, or was lost before an answer came.

Memory addresses are left out of all texts, so that equal failures share a row.
"""

from __future__ import annotations

import socket
import ssl

import requests
from urllib3 import exceptions as urllib3

from .errors import Facts, caused, os_error
from .tls_errors import tls_error


def for_reason(error: BaseException, reason: BaseException, cause: BaseException) -> BaseException:
    """`error` as if raised from `reason`, made up while `cause` was handled: Locust's rows show the latter."""
    error.__cause__ = reason
    return caused(error, cause)


class Place:
    """Stands in a text where urllib3 prints one of its objects: `<HTTPConnection(host='…', port=…) at 0x....>`."""

    def __init__(self, kind: str, facts: Facts) -> None:
        scheme = "HTTPS" if facts["scheme"] == "https" else "HTTP"
        self.kind = f"{scheme}{kind}"
        if facts["has_socks"]:
            self.kind = "SOCKSConnection" if self.kind == "HTTPConnection" else f"SOCKS{self.kind}"
        self.host = facts["host"]
        self.port = facts["port"]

    def __str__(self) -> str:
        return f"{self.kind}(host={self.host!r}, port={self.port})"

    def __repr__(self) -> str:
        return f"<{self} at 0x....>"


def _connection_error(facts: Facts, cause: BaseException, reason: BaseException | None = None) -> BaseException:
    """requests.ConnectionError over urllib3's MaxRetryError over `reason`, with `cause` innermost."""
    reason = reason if reason is not None else cause
    if reason is not cause:
        caused(reason, cause)
    retried = urllib3.MaxRetryError(Place("ConnectionPool", facts), facts["target"], reason)  # type: ignore[arg-type]
    return caused(requests.ConnectionError(retried), caused(retried, reason))


def refused(facts: Facts) -> BaseException:
    return unconnected(facts, os_error(facts["errno"]))


def unconnected(facts: Facts, cause: OSError) -> BaseException:
    return _connection_error(
        facts,
        cause,
        urllib3.NewConnectionError(Place("Connection", facts), f"Failed to establish a new connection: {cause}"),  # type: ignore[arg-type]
    )


def unresolved(facts: Facts) -> BaseException:
    cause = socket.gaierror(facts["code"], facts["text"])
    reason = urllib3.NameResolutionError(facts["host"], Place("Connection", facts), cause)  # type: ignore[arg-type]
    return _connection_error(facts, cause, reason)


def connect_timeout(facts: Facts) -> BaseException:
    place = Place("Connection", facts)
    text = f"Connection to {facts['host']} timed out. (connect timeout={_limit(facts, 0)})"
    reason = caused(urllib3.ConnectTimeoutError(place, text), TimeoutError("timed out"))
    retried = urllib3.MaxRetryError(Place("ConnectionPool", facts), facts["target"], reason)  # type: ignore[arg-type]
    # requests keeps ConnectTimeout itself out of the rows: Locust unwraps it to urllib3's error
    return caused(requests.ConnectTimeout(retried), caused(retried, reason))


def read_timeout(facts: Facts, cause: str = "timed out") -> BaseException:
    place = Place("ConnectionPool", facts)
    text = f"Read timed out. (read timeout={_limit(facts, 1)})"
    inner = urllib3.ReadTimeoutError(place, facts["target"], text)  # type: ignore[arg-type]
    return caused(requests.ReadTimeout(inner), caused(inner, TimeoutError(cause)))


def read_timeout_in_body(facts: Facts) -> BaseException:
    place = Place("ConnectionPool", facts)
    inner = urllib3.ReadTimeoutError(place, None, "Read timed out.")  # type: ignore[arg-type]
    return caused(requests.ConnectionError(inner), caused(inner, TimeoutError("timed out")))


def _limit(facts: Facts, place: int) -> float:
    """A limit as the author wrote it: one for all, or a pair for connecting and reading."""
    given = facts["timeout"]
    return given[place] if isinstance(given, tuple) else given


def ssl_failure(facts: Facts) -> BaseException:
    cause = tls_error(facts)
    if not isinstance(cause, ssl.SSLError):
        return aborted(cause)
    inner = urllib3.SSLError(cause)
    retried = urllib3.MaxRetryError(Place("ConnectionPool", facts), facts["target"], inner)  # type: ignore[arg-type]
    if facts["has_proxy"] or facts["is_sent"]:  # in the latter case the answer was an alert, after the handshake
        return caused(requests.exceptions.SSLError(retried), for_reason(retried, inner, cause))
    # requests wraps it once more; Locust's rows show urllib3's own error
    return caused(requests.exceptions.SSLError(retried), caused(retried, caused(inner, cause)))


def proxy_error(facts: Facts, cause: Exception) -> BaseException:
    inner = urllib3.ProxyError("Unable to connect to proxy", cause)
    inner.__cause__ = cause
    retried = urllib3.MaxRetryError(Place("ConnectionPool", facts), facts["target"], inner)  # type: ignore[arg-type]
    return caused(requests.exceptions.ProxyError(retried), for_reason(retried, inner, cause))


def led_nowhere(facts: Facts) -> BaseException:
    """At an HTTP proxy where the call could not be made again by `requests`, which has words of its own."""
    cause = OSError(facts["reason"])
    return unconnected(facts, cause) if facts["has_socks"] else proxy_error(facts, cause)


def aborted(cause: BaseException) -> BaseException:
    inner = urllib3.ProtocolError("Connection aborted.", cause)
    return caused(requests.ConnectionError(inner), caused(inner, cause))


def ended_early(facts: Facts, cause: Exception) -> BaseException:
    """`http.client` closes a connection that ends so; to urllib3 it looks then as if it had never reached its proxy."""
    return proxy_error(facts, cause) if facts["has_proxy"] else aborted(cause)
