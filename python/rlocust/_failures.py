"""The exceptions that a failed exchange becomes, per client, with the texts Locust users know.

The engine reports kinds with facts (`http::HttpError`); here each kind becomes the very exception that
`requests` over urllib3, or geventhttpclient, would have raised: old `except` clauses and error rows match.
Memory addresses are left out of all texts, so that equal failures share a row.
"""

from __future__ import annotations

import functools
import os
import re
import socket
import ssl
import zlib
from collections.abc import Callable
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong, RemoteDisconnected, UnknownProtocol
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3
from urllib3.response import HTTPResponse, _get_decoder

Facts = dict[str, Any]


def _os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))  # picks ConnectionRefusedError, TimeoutError … by the number


def _caused(error: BaseException, cause: BaseException) -> BaseException:
    """`error` as if raised while `cause` was handled."""
    error.__context__ = cause
    return error


def _for_reason(error: BaseException, reason: BaseException, cause: BaseException) -> BaseException:
    """`error` as if raised from `reason`, made up while `cause` was handled: Locust's rows show the latter."""
    error.__cause__ = reason
    return _caused(error, cause)


class _Place:
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


@functools.cache
def _ssl_place() -> str:
    """Where in CPython's sources OpenSSL's errors are raised: ` (_ssl.c:1006)`, different in each version."""
    incoming = ssl.MemoryBIO()
    incoming.write(b"HTTP/1.1 400 Bad\r\n\r\n")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, ssl.MemoryBIO(), server_hostname="x").do_handshake()
    except ssl.SSLError as error:
        found = re.search(r" \(_ssl\.c:\d+\)$", str(error))
        return found[0] if found else ""
    return ""


_ALERTS = {
    40: "SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure",
    42: "SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert bad certificate",
    48: "TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca",
    70: "TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version",
    116: "TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
    120: "TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol",
}
_DISTRUST = {
    "self_signed": "self-signed certificate",
    "self_signed_in_chain": "self-signed certificate in certificate chain",
    "unknown_issuer": "unable to get local issuer certificate",
    "expired": "certificate has expired",
    "not_yet_valid": "certificate is not yet valid",
}


def _certificate_error(facts: Facts) -> ssl.SSLError:
    fault = facts["fault"]
    text = _DISTRUST.get(fault)
    if fault == "host_mismatch":
        what = "IP address" if facts["is_address"] else "Hostname"
        text = f"{what} mismatch, certificate is not valid for {facts['peer']!r}."
    if text is not None:
        text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {text}{_ssl_place()}"
        return ssl.SSLCertVerificationError(1, text)
    if fault == "not_tls":
        return ssl.SSLError(1, f"[SSL: WRONG_VERSION_NUMBER] wrong version number{_ssl_place()}")
    if fault == "alert" and facts["code"] in _ALERTS:
        return ssl.SSLError(1, f"[SSL: {_ALERTS[facts['code']]}{_ssl_place()}")
    return ssl.SSLError(1, f"[SSL] {facts['detail']}")


_UNEXPECTED_END = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol"


def _tls_error(facts: Facts) -> BaseException:
    if facts["fault"] == "lost":
        return _os_error(facts["errno"]) if facts["errno"] else ssl.SSLEOFError(8, f"{_UNEXPECTED_END}{_ssl_place()}")
    return _certificate_error(facts)


# -- requests over urllib3 --


def _connection_error(facts: Facts, cause: BaseException, reason: BaseException | None = None) -> BaseException:
    """requests.ConnectionError over urllib3's MaxRetryError over `reason`, with `cause` innermost."""
    reason = reason if reason is not None else cause
    if reason is not cause:
        _caused(reason, cause)
    retried = urllib3.MaxRetryError(_Place("ConnectionPool", facts), facts["target"], reason)  # type: ignore[arg-type]
    return _caused(requests.ConnectionError(retried), _caused(retried, reason))


def _refused(facts: Facts) -> BaseException:
    return _unconnected(facts, _os_error(facts["errno"]))


def _unconnected(facts: Facts, cause: OSError) -> BaseException:
    return _connection_error(
        facts,
        cause,
        urllib3.NewConnectionError(_Place("Connection", facts), f"Failed to establish a new connection: {cause}"),  # type: ignore[arg-type]
    )


def _unresolved(facts: Facts) -> BaseException:
    cause = socket.gaierror(facts["code"], facts["text"])
    reason = urllib3.NameResolutionError(facts["host"], _Place("Connection", facts), cause)  # type: ignore[arg-type]
    return _connection_error(facts, cause, reason)


def _connect_timeout(facts: Facts) -> BaseException:
    place = _Place("Connection", facts)
    text = f"Connection to {facts['host']} timed out. (connect timeout={_limit(facts, 0)})"
    reason = _caused(urllib3.ConnectTimeoutError(place, text), TimeoutError("timed out"))
    retried = urllib3.MaxRetryError(_Place("ConnectionPool", facts), facts["target"], reason)  # type: ignore[arg-type]
    # requests keeps ConnectTimeout itself out of the rows: Locust unwraps it to urllib3's error
    return _caused(requests.ConnectTimeout(retried), _caused(retried, reason))


def _read_timeout(facts: Facts, cause: str = "timed out") -> BaseException:
    place = _Place("ConnectionPool", facts)
    text = f"Read timed out. (read timeout={_limit(facts, 1)})"
    inner = urllib3.ReadTimeoutError(place, facts["target"], text)  # type: ignore[arg-type]
    return _caused(requests.ReadTimeout(inner), _caused(inner, TimeoutError(cause)))


def _read_timeout_in_body(facts: Facts) -> BaseException:
    place = _Place("ConnectionPool", facts)
    inner = urllib3.ReadTimeoutError(place, None, "Read timed out.")  # type: ignore[arg-type]
    return _caused(requests.ConnectionError(inner), _caused(inner, TimeoutError("timed out")))


def _limit(facts: Facts, place: int) -> float:
    """A limit as the author wrote it: one for all, or a pair for connecting and reading."""
    given = facts["timeout"]
    return given[place] if isinstance(given, tuple) else given


def _aborted(cause: BaseException) -> BaseException:
    inner = urllib3.ProtocolError("Connection aborted.", cause)
    return _caused(requests.ConnectionError(inner), _caused(inner, cause))


def _broken_body(inner: BaseException, cause: BaseException | None = None) -> BaseException:
    return _caused(requests.exceptions.ChunkedEncodingError(inner), inner if cause is None else _caused(inner, cause))


def _connection_broken(cause: BaseException) -> BaseException:
    return _broken_body(urllib3.ProtocolError(f"Connection broken: {cause!r}", cause), cause)


def _truncated_chunked(facts: Facts) -> BaseException:
    if facts["piece"] is None:
        return _broken_body(urllib3.ProtocolError("Response ended prematurely"))
    read, missing = facts["piece"]
    came = facts["partial"]
    return _connection_broken(IncompleteRead(came[len(came) - read :].ljust(read), missing))


_LARGEST_LENGTH = (1 << 64) - 1


def _short_body(facts: Facts) -> BaseException:
    missing = facts["missing"]
    if facts["read"] + missing == _LARGEST_LENGTH:  # or more: the engine's numbers end there
        missing = int(facts["length"].partition(",")[0]) - facts["read"]
    return _connection_broken(urllib3.IncompleteRead(facts["read"], missing))


class _BodyAt:
    """The position in a chunked body, as urllib3's error asks its response for it: always the start."""

    length_remaining = None

    def tell(self) -> int:
        return 0


def _bad_chunk(facts: Facts) -> BaseException:
    line = facts["line"].encode("latin-1")
    return _connection_broken(urllib3.InvalidChunkLength(_BodyAt(), line))  # type: ignore[arg-type]


def _undecodable(facts: Facts) -> BaseException:
    cause = _urllib3s_error(facts)
    text = f"Received response with content-encoding: {facts['encoding']}, but failed to decode it."
    inner = _caused(urllib3.DecodeError(text, cause), cause)
    return _caused(requests.exceptions.ContentDecodingError(inner), inner)


def _bad_status_line(facts: Facts) -> BaseException:
    error: BaseException = BadStatusLine(facts["line"])
    words = facts["line"].split(None, 2)
    if len(words) == 2:
        words = facts["line"].split(None, 1)  # as http.client splits it then: with its line end
    if len(words) > 1 and words[0].startswith("HTTP/"):
        try:
            int(words[1])
        except ValueError as cause:
            error = _caused(error, cause)
    return _aborted(error)


def _urllib3s_error(facts: Facts) -> Exception:
    """What the decoder in urllib3 says of this body; zlib has many words for what is wrong deep inside."""
    try:
        _get_decoder(facts["encoding"]).decompress(facts["partial"])
    except HTTPResponse.DECODER_ERROR_CLASSES as error:
        return error.with_traceback(None)
    return _decoders_error(facts)


def _ghcs_error(facts: Facts) -> Exception:
    """What zlib says of this body as geventhttpclient hands it over."""
    way = {"gzip": [16 + zlib.MAX_WBITS], "deflate": [-zlib.MAX_WBITS, zlib.MAX_WBITS]}.get(facts["encoding"], [])
    error = _decoders_error(facts)
    for window_bits in way:
        try:
            zlib.decompress(facts["partial"], window_bits)
        except zlib.error as own:
            error = own.with_traceback(None)
    return error


def _decoders_error(facts: Facts) -> Exception:
    if facts["failed"] == "br":
        import brotli

        return brotli.error(facts["detail"])
    return zlib.error(facts["detail"])


def _ssl_failure(facts: Facts) -> BaseException:
    cause = _tls_error(facts)
    if not isinstance(cause, ssl.SSLError):
        return _aborted(cause)
    inner = urllib3.SSLError(cause)
    retried = urllib3.MaxRetryError(_Place("ConnectionPool", facts), facts["target"], inner)  # type: ignore[arg-type]
    if facts["has_proxy"] or facts["is_sent"]:  # in the latter case the answer was an alert, after the handshake
        return _caused(requests.exceptions.SSLError(retried), _for_reason(retried, inner, cause))
    # requests wraps it once more; Locust's rows show urllib3's own error
    return _caused(requests.exceptions.SSLError(retried), _caused(retried, _caused(inner, cause)))


def _bad_headers(facts: Facts) -> BaseException:
    reason = facts["reason"]
    if reason.startswith("Content-Length"):
        inner = urllib3.InvalidHeader(reason)
        return _caused(requests.exceptions.InvalidHeader(inner), inner)
    if reason.startswith("got more than 65536"):
        return _aborted(LineTooLong(reason.partition(" when reading ")[2]))
    return _aborted(HTTPException(reason))


def _proxy_error(facts: Facts, cause: Exception) -> BaseException:
    inner = urllib3.ProxyError("Unable to connect to proxy", cause)
    inner.__cause__ = cause
    retried = urllib3.MaxRetryError(_Place("ConnectionPool", facts), facts["target"], inner)  # type: ignore[arg-type]
    return _caused(requests.exceptions.ProxyError(retried), _for_reason(retried, inner, cause))


def _led_nowhere(facts: Facts) -> BaseException:
    """At an HTTP proxy where the call could not be made again by `requests`, which has words of its own."""
    cause = OSError(facts["reason"])
    return _unconnected(facts, cause) if facts["has_socks"] else _proxy_error(facts, cause)


def _ended_early(facts: Facts, cause: Exception) -> BaseException:
    """`http.client` closes a connection that ends so; to urllib3 it looks then as if it had never reached its proxy."""
    return _proxy_error(facts, cause) if facts["has_proxy"] else _aborted(cause)


def _http2_error(facts: Facts) -> HTTPException:
    """Locust speaks no HTTP/2, so these words are ours."""
    return HTTPException(f"HTTP/2: {facts['reason']}")


def _too_many_encodings(facts: Facts) -> BaseException:
    inner = urllib3.DecodeError(f"Too many content encodings in the chain: {facts['count']} > 5")
    return _caused(requests.exceptions.ContentDecodingError(inner), inner)


_FOR_REQUESTS: dict[str, Callable[[Facts], BaseException]] = {
    "connect": _refused,
    "resolve": _unresolved,
    "connect_timeout": _connect_timeout,
    "write_timeout": lambda facts: _aborted(TimeoutError("timed out")),
    "handshake_timeout": lambda facts: _read_timeout(facts, "The handshake operation timed out"),
    "read_timeout": _read_timeout,
    "read_timeout_in_body": _read_timeout_in_body,
    "short_body": _short_body,
    "truncated_chunked": _truncated_chunked,
    "bad_chunk": _bad_chunk,
    "bad_framing": lambda facts: _broken_body(urllib3.ProtocolError(facts["reason"])),
    "closed_without_reply": lambda facts: _ended_early(
        facts, RemoteDisconnected("Remote end closed connection without response")
    ),
    "reset": lambda facts: _ended_early(facts, _os_error(facts["errno"])),
    "reset_in_head": lambda facts: _ended_early(facts, _os_error(facts["errno"])),
    "reset_in_answer": lambda facts: _connection_broken(_os_error(facts["errno"])),
    "bad_status_line": _bad_status_line,
    "headers_cut_off": lambda facts: _aborted(HTTPException("headers cut off")),
    "bad_headers": _bad_headers,
    "decode": _undecodable,
    "too_many_encodings": _too_many_encodings,
    "unknown_protocol": lambda facts: _aborted(UnknownProtocol(facts["version"])),
    "too_many_redirects": lambda facts: requests.TooManyRedirects(f"Exceeded {facts['limit']} redirects."),
    "tls": _ssl_failure,
    "proxy": _led_nowhere,
    "http2": lambda facts: _aborted(_http2_error(facts)),
    "http2_in_answer": lambda facts: _broken_body(
        urllib3.ProtocolError(f"Connection broken: {_http2_error(facts)!r}", _http2_error(facts))
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


# -- geventhttpclient --


def _retries_exceeded(facts: Facts, cause: str = "timed out") -> BaseException:
    from geventhttpclient.useragent import RetriesExceeded

    original = facts["original"] or TimeoutError(cause)
    return RetriesExceeded(facts["asked_url"], facts["max_retries"], original=original)


def _parse_error(*args: Any) -> BaseException:
    from geventhttpclient._parser import HTTPParseError

    return HTTPParseError(*args)


def _closed(facts: Facts) -> BaseException:
    from geventhttpclient.response import HTTPConnectionClosed

    return HTTPConnectionClosed("connection closed.")


def _too_many_redirects(facts: Facts) -> BaseException:
    from geventhttpclient.useragent import RetriesExceeded

    return RetriesExceeded(facts["asked_url"], f"Redirection limit reached ({facts['max_redirects']})")


def _unsupported_redirect(facts: Facts) -> BaseException:
    from geventhttpclient.useragent import UnsupportedRedirectSchemeError

    return UnsupportedRedirectSchemeError(facts["url"], f"refusing to follow redirect to {facts['scheme']!r} URL")


_FOR_GHC: dict[str, Callable[[Facts], BaseException]] = {
    "connect": lambda facts: _os_error(facts["errno"]),
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
    "reset_in_head": lambda facts: _os_error(facts["errno"]),
    "reset_in_answer": lambda facts: _os_error(facts["errno"]),
    "bad_status_line": lambda facts: _parse_error("Expected HTTP/, RTSP/ or ICE/", 8),
    "headers_cut_off": lambda facts: (
        _parse_error("Incomplete response.") if facts["is_incomplete"] else _parse_error("Invalid EOF state", 14)
    ),
    "bad_framing": lambda facts: _parse_error(facts["reason"], facts["code"]),
    "bad_headers": lambda facts: _parse_error(facts["reason"], *[facts["code"]] * (facts["code"] >= 0)),
    "unknown_protocol": lambda facts: _parse_error("Invalid HTTP version", 9),
    "decode": _ghcs_error,
    "too_many_redirects": _too_many_redirects,
    "redirect_scheme": _unsupported_redirect,
    "tls": _tls_error,
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
        raise _decoders_error(facts)  # no error that geventhttpclient's user agent knows of
    if kind == "redirect_invalid":
        parts = urlsplit(facts["target_url"])
        if parts.port is None and (not parts.hostname or not parts.hostname.isascii()):
            return socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # it looks such names up
        raise ValueError(f"Invalid URL {facts['target_url']!r}")
    if kind == "resolve":
        urlsplit(facts["url"])  # raises ValueError for brackets around what is no address
        facts["host"].encode("idna")  # raises UnicodeError for labels that are none
    return _FOR_GHC[kind](facts)
