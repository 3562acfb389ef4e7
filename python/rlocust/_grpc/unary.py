"""Calls of one message that one message answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc

from rlocust import _native
from rlocust._grpc.calls import Given, Multicallable
from rlocust._grpc.errors import CODES, GrpcError, Metadata
from rlocust._grpc.future import CallFuture


class OneAnswer(Multicallable):
    """The three ways to call what one message answers; they take what `_asked` takes."""

    def _asked(self, *asked: Any, **named: Any) -> tuple[Any, Given]:
        """What is sent, and how."""
        raise NotImplementedError

    def _invoke(self, sent: Any, given: Given) -> tuple[Any, _native.GrpcEnding]:
        """Makes the call: the answer, and how it ended."""
        raise NotImplementedError

    def __call__(self, *asked: Any, **named: Any) -> Any:
        return self._invoke(*self._asked(*asked, **named))[0]

    def with_call(self, *asked: Any, **named: Any) -> tuple[Any, EndedCall]:
        return self._invoke_with_end(*self._asked(*asked, **named))

    def future(self, *asked: Any, **named: Any) -> CallFuture:
        return CallFuture(partial(self._invoke_with_end, *self._asked(*asked, **named)))

    def _invoke_with_end(self, sent: Any, given: Given) -> tuple[Any, EndedCall]:
        response, ending = self._invoke(sent, given)
        return response, EndedCall(ending)


class UnaryUnary(OneAnswer, grpc.UnaryUnaryMultiCallable):
    """A method of a stub: `stub.Greet(request, timeout=5)`. Each call is one sample."""

    def _asked(self, request: Any, *given: Any, **named: Any) -> tuple[Any, Given]:
        return request, self._given(*given, **named)

    def _invoke(self, sent: Any, given: Given) -> tuple[Any, _native.GrpcEnding]:
        try:
            data = self._serialized(sent)
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
