"""One stream of events: what a task reads, and the one sample that comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from rlocust import _native
from rlocust._sse.errors import SseError, SseLost, SseTimeout
from rlocust._sse.event import Event
from rlocust._sse.tokens import Counter, TokenCount

if TYPE_CHECKING:
    from rlocust._sse.client import SseClient


class EventStream:
    """A stream that a client has opened: iterate over it, or `receive` and `expect`. One request in the figures,
    reported when it ends or is closed."""

    def __init__(
        self, client: SseClient, native: _native.EventStream, named: tuple[str, str, str], tokens: Counter | None
    ) -> None:
        self.method, self.url, self.name = named
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self._client = client
        self._native = native
        self._tokens = TokenCount(tokens) if tokens is not None else None
        self._taken: float | None = None
        self._until: float | None = None
        self._failure: Exception | None = None
        self._is_in_block = False
        self._is_over = False
        self._is_reported = False

    def receive(self, timeout: float | None = None) -> Event | None:
        """The next event; `None` once the server has ended the stream.

        Raises `SseTimeout` after `timeout` seconds (the stream goes on), `SseLost` or `SseTimeout` where it is cut off
        or the server says nothing for `timeout` seconds of the user.
        """
        if self._is_over:
            return None
        try:
            received = self._native.receive(timeout)
        except SseError as error:
            if self._native.moments()[4] is not None:
                self._end(error)
            raise
        if received is None:
            self._end()
            return None
        event = Event(*received)
        self._taken = event.arrived
        if self._tokens is not None:
            self._tokens.add(event)
        return event

    def expect(
        self,
        event: str | None = None,
        *,
        match: Callable[[Event], object] | None = None,
        timeout: float | None = None,
    ) -> Event:
        """The first event of this type that `match` says yes to; passes over others.

        Raises `SseTimeout` after `timeout` seconds in all (`timeout` of the user), `SseLost` where the stream ends
        before.
        """
        limit = self._client.user.timeout if timeout is None else timeout
        due = perf_counter() + limit
        while True:
            try:
                received = self.receive(max(due - perf_counter(), 1e-6))
            except SseTimeout:
                if self._is_over:
                    raise
                raise SseTimeout(f"no {event or 'matching'} event within {limit:g} s") from None
            if received is None:
                raise SseLost(f"the stream has ended without {'a matching' if event is None else 'the'} event")
            if (event is None or received.event == event) and (match is None or match(received)):
                return received

    def failure(self, exception: str | Exception) -> None:
        """Has the request counted as failed, for what the events say."""
        self._failure = exception if isinstance(exception, Exception) else SseError(exception)

    def close(self) -> None:
        """Hangs up, and reports the request: its time goes until the last event that was taken. Without effect where
        the stream has ended and was reported."""
        if not self._is_over:
            self._is_over = True
            self._until = self._taken
            self._native.close()
        self._report()

    @property
    def is_open(self) -> bool:
        """It was neither closed nor has it ended, as far as the events were taken."""
        return not self._is_over

    @property
    def last_event_id(self) -> str:
        """What a request that goes on behind it gives."""
        return self._native.last_event_id

    @property
    def events(self) -> int:
        """How many came, taken or not."""
        return self._native.counts()[0]

    @property
    def reconnections(self) -> int:
        return self._native.counts()[1]

    @property
    def first_byte(self) -> float | None:
        """Seconds from the request until the first byte of the answer."""
        return self._since_beginning(1)

    @property
    def first_event(self) -> float | None:
        """Seconds from the request until the first event."""
        return self._since_beginning(2)

    @property
    def tokens(self) -> int | None:
        """How many there were in the events that were taken; `None` where nobody counts them."""
        return None if self._tokens is None else self._tokens.count

    def __iter__(self) -> Iterator[Event]:
        while (event := self.receive()) is not None:
            yield event

    def __enter__(self) -> EventStream:
        self._is_in_block = True
        return self

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, _: object) -> None:
        if raised is not None and not isinstance(raised, Exception):
            self.cut()  # the user is stopped or killed
            return
        if isinstance(raised, SseError) and self._failure is None:
            self._failure = raised
        self.close()

    def open(self) -> None:
        """Waits for the answer. Raises what there is instead of a stream, which is reported."""
        try:
            self.status, self.headers = self._native.opened()
        except SseError as error:
            self._end(error)
            raise
        except BaseException:
            self.cut()
            raise

    def cut(self) -> None:
        """Hangs up without a sample: it was not the server that ended it, nor the task."""
        self._is_over = self._is_reported = True
        self._native.close()
        self._client.forget(self)

    def _end(self, error: SseError | None = None) -> None:
        """It ended by itself. In a block the task may still say what it thinks of it."""
        self._is_over = True
        self._until = self._native.moments()[4]
        self._failure = self._failure or error
        if not self._is_in_block:
            self._report()

    def _since_beginning(self, which: int) -> float | None:
        moments = self._native.moments()
        began, moment = moments[0], moments[which]
        return None if began is None or moment is None else moment - began

    def _report(self) -> None:
        if self._is_reported:
            return
        self._is_reported = True
        self._client.forget(self)
        began, first_byte, *_ = self._native.moments()
        now = perf_counter()
        began = now if began is None else began
        until = self._until or first_byte or now
        self._log_tokens(began)
        self._client.user.environment.events.request.fire(
            request_type=self.method,
            name=self.name,
            response_time=max(until - began, 0) * 1000,
            response_length=self._native.counts()[2],
            exception=self._failure,
            context=self._client.user.context(),
            response=None,
            url=self.url,
            start_time=time.time() - (now - began),
        )

    def _log_tokens(self, began: float) -> None:
        tokens = self._tokens
        if tokens is not None and tokens.first is not None and tokens.last is not None:
            self._native.log_tokens(tokens.count, tokens.first - began, tokens.last - began)
