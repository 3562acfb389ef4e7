"""How an exchange of the native engine looks to code that knows geventhttpclient.

`EngineResponse` and `EngineContextManager` are what the native client makes for each call of a `FastHttpSession`; to
suites they are the classes of `locust.contrib.fasthttp`. Their fields are made when they are first read.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from locust.contrib import fasthttp  # its names may be replaced, so they are looked up there
from locust.contrib._fast_responses import (
    ErrorResponse,
    FastRequest,
    FastResponse,
    ResponseContextManager,
)

from rlocust import _native

from . import fasthttp_errors, retention
from .fasthttp_parts import Stream, asked_request, ghc_headers, ghc_request


def _ghc_history(exchange: Any) -> list[FastResponse]:
    # All hops share one request, which each redirect has changed.
    request = ghc_request(exchange)
    history: list[FastResponse] = []
    for hop in range(exchange.answers - 1):
        body = exchange.body(hop)
        is_encoded = "content-encoding" in ghc_headers(exchange, hop)
        past = FastResponse(Stream(exchange, hop, b"" if is_encoded else body), request=request)
        if is_encoded:  # the engine has decoded it already
            past._cached_content = body
        past._elapsed = exchange.elapsed(hop)
        history.append(past)
    return history


class _EngineFields(FastResponse):
    """Fields of an answer of the engine, made when they are first read."""

    def __getattr__(self, name: str) -> Any:
        make = _FIELDS.get(name)
        exchange = self.__dict__.get("_exchange")
        if make is None or exchange is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = make(exchange)
        setattr(self, name, value)
        return value

    @property
    def request(self) -> FastRequest:
        return self._request  # type: ignore[return-value]

    @property
    def status_code(self) -> int:
        exchange = self._exchange
        return exchange.status(exchange.answers - 1)

    @property
    def content(self) -> bytes:
        if "_undecodable" in self.__dict__:
            # geventhttpclient decodes what is left of the body: nothing
            raise zlib.error("Error -5 while decompressing data: incomplete or truncated stream")
        return self._cached_content

    def json(self) -> Any:
        value = _native.parsed_by_agent(self)
        return super().json() if value is NotImplemented else value


class EngineResponse(_EngineFields):
    """A `FastResponse` of the native road, and the with-block object behind it."""

    def _fail(self, facts: dict[str, Any]) -> None:
        _fail(self, facts)

    def _report_exchange(self) -> None:
        meta = self._exchange.request_meta(self)
        meta["exception"] = self.__dict__.pop("_body_error", None) or getattr(self, "error", None)
        self._exchange.session.request_event.fire(**meta)
        self._exchange.reported(bool(meta["exception"]))


class EngineContextManager(_EngineFields, ResponseContextManager):
    """A `ResponseContextManager` of the native road."""

    _catch_response = True

    def __getattr__(self, name: str) -> Any:
        if name == "request_meta" and (kept := retention.meta_again(self)) is not None:
            return kept
        if name == "request_meta":
            self.request_meta = meta = self._exchange.request_meta(_inner_response(self._exchange))
            return meta
        if name in ("_history", "_elapsed", "_sent_request", "history", "elapsed"):
            # slots that Locust does not copy, and properties over them
            name = {"history": "_history", "elapsed": "_elapsed"}.get(name, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return super().__getattr__(name)

    def _fail(self, facts: dict[str, Any]) -> None:
        _fail(self, facts)

    @property
    def _request_event(self) -> Any:
        return self._exchange.session.request_event


def _fail(response: Any, facts: dict[str, Any]) -> None:
    """Gives a response its error: of the exchange (then there is no answer), of the body, or of the status."""
    exchange = response._exchange
    _set_error(response, facts)
    if not isinstance(response, ResponseContextManager):
        return
    inner = _inner_response(exchange)
    _set_error(inner, facts)
    response.request_meta = exchange.request_meta(inner)
    response.request_meta["exception"] = response.__dict__.get("_body_error")


def _set_error(response: Any, facts: dict[str, Any]) -> None:
    exchange = response._exchange
    if "kind" not in facts:
        response.error = fasthttp.LocustBadStatusCode(exchange.url(exchange.last_hop), code=exchange.status_code)
        # As of geventhttpclient; a response of its own, so that the error and its holder make no circle.
        response.error.response = answer = _inner_response(exchange)
        answer._history = []
        if not isinstance(response, ResponseContextManager):
            response._history = []
        return
    error = fasthttp_errors.for_geventhttpclient(facts)
    if facts["is_in_body"]:
        coding = ghc_headers(exchange).get("content-encoding")
        if facts["kind"] == "decode" or coding in ("gzip", "deflate"):
            response._undecodable = True
        response._body_error = error  # for listeners; the response itself looks healthy, as under Locust
        return
    response.__class__ = _EngineErrorContextManager if isinstance(response, ResponseContextManager) else _EngineError
    response._request = asked_request(exchange)
    response.error = error
    if exchange.last_hop == exchange.answers:  # the last request has no answer
        original: Any = getattr(error, "original", error)
        original.request = ghc_request(exchange)


class _NoAnswer(_EngineFields):
    """Fields of a response for which no answer came."""

    headers: Any = None
    content: Any = None
    status_code: int = 0
    text: Any = None
    _response: Any = None

    def __getattr__(self, name: str) -> Any:
        if name in ("history", "elapsed"):  # properties over the slots that were never filled
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '_{name}'")
        if name in ("_history", "_elapsed", "_cached_content", "_sent_request"):
            raise AttributeError(name)
        return super().__getattr__(name)


class _EngineError(_NoAnswer, EngineResponse, ErrorResponse):
    """An `ErrorResponse` of the native road."""


class _EngineErrorContextManager(_NoAnswer, EngineContextManager):
    """The with-block object of an exchange without an answer."""


def _inner_response(exchange: Any) -> FastResponse:
    """The plain response that listeners see beside a with-block object."""
    inner = EngineResponse.__new__(EngineResponse)
    inner.__dict__["_exchange"] = exchange
    return inner


# Field of a response -> how it is made from the exchange when it is first read.
_FIELDS: dict[str, Callable[[Any], Any]] = {
    "headers": ghc_headers,
    "_cached_content": lambda exchange: exchange.partial_content,
    "_response": Stream,
    "_request": ghc_request,
    "_sent_request": lambda exchange: exchange.sent_head(exchange.last_hop),
    "_elapsed": lambda exchange: exchange.elapsed(exchange.answers - 1),
    "_history": _ghc_history,
}

# To suites the engine's classes are Locust's: by name too.
for _own, _locusts in (
    (EngineResponse, FastResponse),
    (EngineContextManager, ResponseContextManager),
    (_EngineError, ErrorResponse),
    (_EngineErrorContextManager, ResponseContextManager),
):
    _own.__module__ = "locust.contrib.fasthttp"
    _own.__name__, _own.__qualname__ = _locusts.__name__, _locusts.__qualname__
