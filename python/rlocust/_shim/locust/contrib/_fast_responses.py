"""What FastHttpSession's methods answer: geventhttpclient's responses with Locust's additions, and the `with` block.

All of it is part of `locust.contrib.fasthttp`, where suites import it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from geventhttpclient.header import Headers
from geventhttpclient.useragent import CompatRequest, CompatResponse, ConnectionError

from rlocust import _native
from rlocust._clients import retention

from . import fasthttp  # its names may be replaced, so they are looked up there

_MISSING_WITH = (
    "Tried to set status on a request that has not yet been made. Make sure you use a with-block, like this:\n\n"
    "with self.client.request(..., catch_response=True) as response:\n    response.{call}"
)
_NO_BLOCK = "In order to use a with-block for requests, you must also pass catch_response=True"
_MISSING_CATCH = (
    "If you want to change the state of the request, you must pass catch_response=True."
    " See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses"
)

_enter_block, _leave_block = _native.enter_block, _native.leave_block


class FastRequest(CompatRequest):
    """The request behind a response: `url`, `method`, `headers`, `body`."""

    payload: Any = None

    @property
    def body(self) -> Any:
        return self.payload


class FastResponse(CompatResponse):
    """What FastHttpSession's methods answer. `content`, `text` and `json()` are decoded on first read."""

    encoding: Any = None
    request: FastRequest | None = None
    #: The account of a call that went by the user agent.
    _call: Any = None

    def __init__(self, ghc_response: Any, request: FastRequest | None = None, sent_request: str | None = None) -> None:
        super().__init__(ghc_response, request, sent_request)
        self.request = request

    @property
    def text(self) -> str | None:
        """The body as text: by `encoding`, the content type's charset, or a guess. None without a body."""
        content = self.content
        if content is None:
            return None
        if self.encoding is None and self.headers is not None:
            self.encoding = fasthttp.get_encoding_from_headers(self.headers)  # type: ignore[arg-type]
        if not self.encoding:
            self.encoding = fasthttp.detect(content)["encoding"]
        return None if self.encoding is None else str(content, str(self.encoding), errors="replace")

    @property
    def url(self) -> str | None:
        """The URL of the request, after redirects."""
        return None if self.request is None else self.request.url

    def json(self) -> Any:
        """The body parsed as JSON; raises `json.JSONDecodeError`."""
        return fasthttp.json.loads(self.text)  # type: ignore[arg-type]

    def raise_for_status(self) -> None:
        """Raises the error of the exchange or of the status, if there is one."""
        if error := getattr(self, "error", None):
            try:
                raise error
            finally:
                del self, error  # the error keeps this frame

    def iter_content(self, chunk_size: int = 1024, decode_content: bool = True) -> Iterator[str | bytes]:
        """Yields the body in pieces, as text where a piece is valid UTF-8."""
        if not self._response:
            raise fasthttp.LocustError("Cannot iterate content on a response without _response attribute")
        while True:
            try:
                chunk = self._response.read(chunk_size)
            except (fasthttp.HTTPConnectionClosed, fasthttp.ConnectionError):
                return
            if not chunk:
                return
            if not decode_content:
                yield chunk
                continue
            try:
                yield chunk.decode("utf-8")
            except UnicodeDecodeError:
                yield chunk

    @property
    def status_code(self) -> int:
        """The status; 0 where there was no answer."""
        return self._response.get_code() if self._response is not None else 0

    @property
    def ok(self) -> bool:
        """Whether the status is below 400 (also 0 of a failed exchange)."""
        return self.status_code < 400

    def success(self) -> None:
        raise fasthttp.LocustError(_MISSING_CATCH)

    def failure(self, *_args: Any, **_kwargs: Any) -> None:
        raise fasthttp.LocustError(_MISSING_CATCH)


class ErrorResponse(FastResponse):
    """Stands for the answer that never came; `error` says why."""

    headers: Any = None
    content: Any = None
    _response: Any = None
    status_code: int = 0
    text: Any = None
    error: BaseException | None = None

    def __init__(self, request: Any, error: BaseException) -> None:
        self.request = request
        self.error = error

    def raise_for_status(self) -> None:
        error = self.error
        del self  # the error keeps this frame
        raise error  # type: ignore[misc]


class LocustBadStatusCode(ConnectionError):
    """A status outside the list of successes; its URL is left out of the error rows."""

    def __repr__(self) -> str:
        text = super().__repr__()
        return text.replace(f"{self.url!r}, ", "") if self.kw_text else text

    def __getattr__(self, name: str) -> Any:
        """What the user agent adds to an error of a status: of an answer of the engine it is made when first read."""
        response = self.__dict__.get("response")
        if response is None or name not in ("request", "http_log"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = request = response.request
        if name == "http_log":
            value = fasthttp.LocustUserAgent._conversation_str(request.url, response, payload=request.payload)
        setattr(self, name, value)
        return value


class ResponseContextManager(FastResponse):
    """A `FastResponse` whose outcome a `with` block decides (`catch_response=True`)."""

    _manual_result: bool | Exception | None = None
    _entered = False

    def __init__(self, response: FastResponse, request_event: Any, request_meta: Any, catch_response: bool) -> None:
        self.__dict__.update(response.__dict__)
        for name in ("_response", "headers", "_cached_content"):
            try:
                setattr(self, name, getattr(response, name))
            except AttributeError:
                pass  # an ErrorResponse has no answer to copy from
        self._request_event = request_event
        self.request_meta = request_meta
        self._catch_response = catch_response

    # Native while all is as usual; else `_enter` and `_leave` are called.

    def __enter__(self) -> Any:
        return _enter_block(self)

    def __exit__(self, exc: Any, value: Any, traceback: Any) -> bool:
        return _leave_block(self, exc, value, traceback)

    def _enter(self) -> Any:
        if not self._catch_response:
            raise fasthttp.LocustError(
                "In order to use a with-block for requests, you must also pass catch_response=True"
            )
        self._entered = True
        return self

    def _leave(self, exc: Any, value: Any, traceback: Any) -> bool:
        if self._manual_result is not None:
            if self._manual_result is True or isinstance(self._manual_result, Exception):
                self.request_meta["exception"] = None if self._manual_result is True else self._manual_result
                self._report_request()
            return exc is None
        if exc:
            if not isinstance(value, fasthttp.ResponseError):
                self._give_up()
                retention.let_go(self, value)
                return False  # nothing is reported: the suite's own error goes on
            self.request_meta["exception"] = value
            self._report_request()
            return True
        try:
            self.raise_for_status()
        except (*fasthttp.FAILURE_EXCEPTIONS, MemoryError) as error:
            self.request_meta["exception"] = error
        failure = self.request_meta["exception"]  # or what broke the body
        self._report_request()
        retention.forget_frames(failure)
        return True

    def _give_up(self) -> None:
        """The sample is unreported from now on, not when a cycle of references is found."""
        if self._call is not None:
            self._call = None
            with contextlib.suppress(AttributeError):  # the suite may have put something else there
                self.request_meta["response"]._call = None

    def _report_request(self) -> None:
        retention.report(self)

    def success(self) -> None:
        """Reports the request as successful, whatever its status. Only inside the `with` block."""
        if not self._entered:
            raise fasthttp.LocustError(_MISSING_WITH.format(call="success()"))
        self._manual_result = True

    def failure(self, exc: Any) -> None:
        """Reports the request as failed with `exc`; what is no exception is wrapped in a `CatchResponseError`."""
        if not self._entered:
            raise fasthttp.LocustError(_MISSING_WITH.format(call="failure(...)"))
        self._manual_result = exc if isinstance(exc, Exception) else fasthttp.CatchResponseError(exc)

    def __getattr__(self, name: str) -> Any:
        if name == "request_meta" and (kept := retention.meta_again(self)) is not None:
            return kept
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def raise_for_status(self) -> None:
        if not self._manual_result:
            super().raise_for_status()
        elif isinstance(self._manual_result, Exception):
            raise self._manual_result


class RestResponseContextManager(ResponseContextManager):
    """What `self.rest()` yields: the response with its parsed body in `js`."""

    js: dict[str, Any]
    error: Exception
    headers: Headers
