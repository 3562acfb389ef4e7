"""Calls of one message that one message answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc

from rlocust import _native
from rlocust._grpc.calls import Given, Multicallable
from rlocust._grpc.errors import CODES, GrpcError, Metadata
from rlocust._grpc.future import CallFuture


class UnaryUnary(Multicallable, grpc.UnaryUnaryMultiCallable):
    """A method of a stub: `stub.Greet(request, timeout=5)`. Each call is one sample."""

    def __call__(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: Any = None,
    ) -> Any:
        return self._invoke(request, self._given(timeout, metadata, credentials, wait_for_ready, compression))[0]

    def with_call(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: Any = None,
    ) -> tuple[Any, EndedCall]:
        given = self._given(timeout, metadata, credentials, wait_for_ready, compression)
        response, ending = self._invoke(request, given)
        return response, EndedCall(ending)

    def future(
        self,
        request: Any,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: Any = None,
    ) -> CallFuture:
        given = self._given(timeout, metadata, credentials, wait_for_ready, compression)

        def call() -> tuple[Any, EndedCall]:
            response, ending = self._invoke(request, given)
            return response, EndedCall(ending)

        return CallFuture(call)

    def _invoke(self, request: Any, given: Given) -> tuple[Any, _native.GrpcEnding]:
        try:
            data = self._serialized(request)
        except GrpcError as error:
            self._refuse(error)
            raise
        began = time.time()
        ending = self._method.unary(data, given)
        return self._settle(began, ending), ending


class EndedCall(grpc.Call):
    """What `with_call` tells of a call that ended well."""

    def __init__(self, ending: _native.GrpcEnding) -> None:
        self._ending = ending

    def code(self) -> grpc.StatusCode:
        return CODES[self._ending.code]

    def details(self) -> str:
        return self._ending.details

    def initial_metadata(self) -> Metadata:
        return self._ending.initial_metadata

    def trailing_metadata(self) -> Metadata:
        return self._ending.trailing_metadata

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None

    def cancel(self) -> bool:
        return False

    def add_callback(self, callback: Callable[[], Any]) -> bool:
        return False
