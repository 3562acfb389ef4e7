"""The client of a `WebSocketUser`: one connection at a time, whose messages are timed on the I/O thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rlocust import _native
from rlocust._clients.absolute_url import absolute_url
from rlocust._clients.proxies import proxies_for
from rlocust._websocket.errors import WebSocketClosed, WebSocketError, WebSocketLost, WebSocketTimeout
from rlocust._websocket.matching import Match, Message, predicate

if TYPE_CHECKING:
    from rlocust.websocket import WebSocketUser

#: Close codes of an orderly end: done, and going away.
_ORDERLY = (1000, 1001)


class WebSocketClient:
    """`self.client` of a `WebSocketUser`. Failures are reported and raised; see docs/websocket.md.

    One conversation at a time: `expect` and `request` measure from the message that was sent last.
    """

    def __init__(self, user: WebSocketUser) -> None:
        self.user = user
        self.url = ""
        self.name = ""
        self._connection: _native.WebSocket | None = None

    def connect(
        self,
        url: str = "",
        *,
        name: str | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        subprotocols: Iterable[str] = (),
        timeout: float | None = None,
    ) -> WebSocketClient:
        """Opens a connection to a path of the user's host, or to a `ws://` or `wss://` URL: a sample `WSConnect`.

        `timeout` is in seconds (`connect_timeout` of the user). Raises `WebSocketConnectError` or `WebSocketTimeout`
        where there is none, `RuntimeError` while another one is open, `ValueError` for what cannot be sent.
        """
        if self.is_open:
            raise RuntimeError(f"connected to {self.url} already; close() that connection first")
        self.url = absolute_url(url, self.user.host, "give --host ws://… or a ws:// URL")
        self.name = name or _native.without_user_info(url or self.url)
        began = perf_counter()
        connection = _native.WebSocket(self._wanted(headers, subprotocols, timeout))
        try:
            took = connection.opened()
        except WebSocketError as error:
            ended = connection.ended
            self._report("WSConnect", self.name, (ended or perf_counter()) - began, began, 0, error)
            raise
        self._connection = connection
        self._report("WSConnect", self.name, took, began)
        return self

    def send(self, message: Message, *, name: str | None = None, timeout: float | None = None) -> None:
        """Sends text or bytes and waits until they have gone into the network; with a name it is a sample `WSSend`.

        Raises `WebSocketClosed` or `WebSocketLost` where the connection has ended, `WebSocketTimeout` where the server
        takes nothing in for `timeout` seconds (`timeout` of the user).
        """
        connection, began = self._open_connection(), perf_counter()
        try:
            took = connection.written(connection.post(message), self._limit(timeout))
        except WebSocketError as error:
            self._report("WSSend", name or self.name, perf_counter() - began, began, 0, error)
            raise
        if name is not None:
            self._report("WSSend", name, took, began, len(message))

    def receive(self, timeout: float | None = None) -> Message:
        """The next message, text or bytes. No sample: who asks decides when to ask.

        Raises `WebSocketTimeout` after `timeout` seconds (`timeout` of the user), and once all messages are received
        `WebSocketClosed` or `WebSocketLost` where the connection has ended.
        """
        message, _, _, _ = self._open_connection().receive(self._limit(timeout))
        return message

    def expect(
        self,
        match: Match = None,
        *,
        timeout: float | None = None,
        name: str | None = None,
        start: float | None = None,
    ) -> Message:
        """The first message that matches, as a sample `WSReceive`; others are passed over.

        It is measured from `start` (of `time.perf_counter()`), or from when the message sent last was taken up, until
        this one had come. Raises what `receive` raises, after `timeout` seconds in all.
        """
        connection = self._open_connection()
        return self._await_answer(connection, "WSReceive", match, timeout, name, lambda: start or connection.sent)

    def request(
        self, message: Message, *, match: Match = None, timeout: float | None = None, name: str | None = None
    ) -> Message:
        """Sends a message and gives the first one that matches and has come since: one sample, `WS`.

        Raises what `receive` raises, after `timeout` seconds in all.
        """
        connection = self._open_connection()
        wanted, previous = predicate(match), connection.sent
        began = perf_counter()

        def start() -> float | None:
            sent = connection.sent
            return began if sent is None or sent == previous else sent

        try:
            connection.post(message)
        except WebSocketError as error:
            self._report("WS", name or self.name, 0, began, 0, error)
            raise
        return self._await_answer(connection, "WS", wanted, timeout, name, start, answers_only=True)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Says goodbye and waits up to two seconds for the server's. Without a connection it does nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close(code, reason)

    @property
    def is_open(self) -> bool:
        """There is a connection that has not ended."""
        return self._connection is not None and self._connection.ended is None

    @property
    def subprotocol(self) -> str | None:
        """The subprotocol that the server has chosen."""
        return self._connection.subprotocol if self._connection is not None else None

    def __iter__(self) -> Iterator[Message]:
        """All messages until the connection is closed in order (1000 or 1001); raises what `receive` raises."""
        while True:
            try:
                message = self.receive()
            except WebSocketClosed as end:
                if end.code in _ORDERLY:
                    return
                raise
            yield message

    def __enter__(self) -> WebSocketClient:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _await_answer(
        self,
        connection: _native.WebSocket,
        request_type: str,
        match: Match,
        timeout: float | None,
        name: str | None,
        start: Callable[[], float | None],
        answers_only: bool = False,
    ) -> Message:
        wanted, name = predicate(match), name or self.name
        limit, began = self._limit(timeout), perf_counter()
        try:
            while True:
                left = max(began + limit - perf_counter(), 1e-6)
                message, arrived, size, is_since = connection.receive(left)
                if (is_since or not answers_only) and wanted(message):
                    break
        except WebSocketError as error:
            moment = start() or began
            ended = connection.ended or perf_counter()
            if isinstance(error, WebSocketTimeout):  # of what was left of the limit: each would be a row of its own
                error = WebSocketTimeout(f"no answer within {limit:g} s")
            self._report(request_type, name, ended - moment, moment, 0, error)
            raise error from None
        moment = start() or began
        self._report(request_type, name, arrived - moment, moment, size)
        return message

    def _open_connection(self) -> _native.WebSocket:
        if self._connection is None:
            raise WebSocketLost("not connected; call connect() first")
        return self._connection

    def _limit(self, timeout: float | None) -> float:
        return self.user.timeout if timeout is None else timeout

    def _wanted(
        self,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None,
        subprotocols: Iterable[str],
        timeout: float | None,
    ) -> dict[str, Any]:
        user, url = self.user, _as_http(self.url)
        pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
        return {
            "url": url,
            "headers": list(pairs),
            "subprotocols": list(subprotocols),
            "timeout": user.connect_timeout if timeout is None else timeout,
            "max_message_size": user.max_message_size,
            "max_queued_messages": user.max_queued_messages,
            "verify": user.verify,
            "cert": user.cert,
            "proxies": proxies_for(url, user.proxies, user.trust_env),
        }

    def _report(
        self,
        request_type: str,
        name: str,
        seconds: float,
        began: float,
        length: int = 0,
        exception: Exception | None = None,
    ) -> None:
        self.user.environment.events.request.fire(
            request_type=request_type,
            name=name,
            response_time=max(seconds, 0) * 1000,
            response_length=length,
            exception=exception,
            context=self.user.context(),
            response=None,
            url=self.url,
            start_time=time.time() - (perf_counter() - began),
        )


def _as_http(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    schemes = {"ws": "http", "wss": "https", "http": "http", "https": "https"}
    if scheme.lower() not in schemes:
        raise ValueError(
            f"the URL `{_native.without_user_info(url)}` begins with none of ws://, wss://, http://, https://"
        )
    return schemes[scheme.lower()] + separator + rest
