"""The answers of a call that has many of them, one after the other as they come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol, Self

import grpc

from rlocust import _native
from rlocust._grpc.errors import CODES, GrpcError, Metadata


class Reader(Protocol):
    """Whose call it is: a method of a stub."""

    def read(self, data: bytes) -> Any:
        """The message, or a `GrpcError` where it cannot be read."""

    def report(self, began: float, ending: _native.GrpcEnding, error: Exception | None) -> None:
        """The sample of the call."""


class Answers(grpc.Call):
    """What a call with many answers gives: iterate over it. It is one sample, once its end was seen: by who reads
    up to it, asks how it ended, or cancels it.
    """

    def __init__(self, reader: Reader, call: _native.GrpcCall, timeout: float | None, feeder: Any = None) -> None:
        self._reader = reader
        self._call = call
        self._feeder = feeder
        self._began = time.time()
        self._due = None if timeout is None else time.monotonic() + timeout
        self._ended: _native.GrpcEnding | None = None
        self._error: GrpcError | None = None
        self._is_cancelled = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        data = None if self._error is not None else self._call.receive()
        if data is None:
            self._end()
            if self._error is not None:
                raise self._error
            raise StopIteration
        try:
            return self._reader.read(data)
        except GrpcError as error:
            self._fail(error)

    def next(self) -> Any:
        """The next answer."""
        return self.__next__()

    def cancel(self) -> bool:
        """Ends it here, which is no failure."""
        if self._ended is not None:
            return False
        self._is_cancelled = not self._call.has_ended
        self._call.cancel()
        self._end()
        return self._is_cancelled

    def cancelled(self) -> bool:
        return self._is_cancelled

    def code(self) -> grpc.StatusCode:
        ending = self._end()
        return self._error.code() if self._error is not None else CODES[ending.code]

    def details(self) -> str:
        ending = self._end()
        return self._error.details() if self._error is not None else ending.details

    def initial_metadata(self) -> Metadata:
        return self._call.initial_metadata()

    def trailing_metadata(self) -> Metadata:
        return self._end().trailing_metadata

    def is_active(self) -> bool:
        return not self._call.has_ended

    def running(self) -> bool:
        return self.is_active()

    def done(self) -> bool:
        return not self.is_active()

    def time_remaining(self) -> float | None:
        return None if self._due is None else max(self._due - time.monotonic(), 0)

    def add_callback(self, callback: Callable[[], Any]) -> bool:
        return False

    def _end(self) -> _native.GrpcEnding:
        """Waits for it; the first who does so reports it."""
        if self._ended is not None:
            return self._ended
        ending = self._call.end()
        if self._ended is None:
            self._ended = ending
            own = self._feeder.stop() if self._feeder is not None else None
            self._error = self._error or own or _fault(ending)
            self._reader.report(self._began, ending, None if self._is_cancelled else self._error)
        return ending

    def _fail(self, error: GrpcError) -> NoReturn:
        self._error = error
        self._call.cancel()
        self._end()
        raise error


def _fault(ending: _native.GrpcEnding) -> GrpcError | None:
    if not ending.code:
        return None
    return GrpcError(CODES[ending.code], ending.details, ending.initial_metadata, ending.trailing_metadata)
