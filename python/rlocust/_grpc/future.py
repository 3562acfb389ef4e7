"""A call that goes on while its user does something else: a greenlet, as a future of grpcio's shape."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

import gevent
import grpc

from rlocust._grpc.errors import GrpcError, Metadata

if TYPE_CHECKING:
    from rlocust._grpc.unary import EndedCall


class CallFuture(grpc.Call, grpc.Future):
    """A call under way; its sample is reported when it ends, whether somebody asks for its result or not."""

    def __init__(self, call: Callable[[], tuple[Any, EndedCall]]) -> None:
        self._greenlet = gevent.spawn(_settled, call)

    def result(self, timeout: float | None = None) -> Any:
        response, _, error = self._settle(timeout)
        if error is not None:
            raise error
        return response

    def exception(self, timeout: float | None = None) -> Exception | None:
        return self._settle(timeout)[2]

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        error = self.exception(timeout)
        return error.__traceback__ if error is not None else None

    def cancel(self) -> bool:
        if self.done():
            return False
        self._greenlet.kill()
        return True

    def cancelled(self) -> bool:
        return self.done() and isinstance(self._greenlet.value, gevent.GreenletExit)

    def running(self) -> bool:
        return not self.done()

    def done(self) -> bool:
        return self._greenlet.dead

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        def call_back(_: Any) -> None:
            try:
                fn(self)
            except Exception:
                traceback.print_exc()

        self._greenlet.link(call_back)

    def code(self) -> grpc.StatusCode:
        return self._ended().code()

    def details(self) -> str:
        return self._ended().details()

    def initial_metadata(self) -> Metadata:
        return self._ended().initial_metadata()

    def trailing_metadata(self) -> Metadata:
        return self._ended().trailing_metadata()

    def is_active(self) -> bool:
        return not self.done()

    def time_remaining(self) -> None:
        return None

    def add_callback(self, callback: Callable[[], Any]) -> bool:
        if self.done():
            return False
        self.add_done_callback(lambda _: callback())
        return True

    def _settle(self, timeout: float | None = None) -> tuple[Any, Any, Exception | None]:
        try:
            value = self._greenlet.get(timeout=timeout)
        except gevent.Timeout:
            raise grpc.FutureTimeoutError from None
        if isinstance(value, gevent.GreenletExit):
            raise grpc.FutureCancelledError
        return value

    def _ended(self) -> Any:
        try:
            _, call, error = self._settle()
        except grpc.FutureCancelledError:
            return GrpcError(grpc.StatusCode.CANCELLED, "cancelled by the script")
        if error is None or isinstance(error, GrpcError):
            return error or call
        raise error


def _settled(call: Callable[[], tuple[Any, EndedCall]]) -> tuple[Any, EndedCall | None, Exception | None]:
    """A failure is the caller's to look at: a greenlet that raises would print it."""
    try:
        response, ended = call()
    except Exception as error:
        return None, None, error
    return response, ended, None
