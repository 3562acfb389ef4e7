"""Calls with streams: of answers, of messages, of both. Each call is one sample."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import grpc

from rlocust import _native
from rlocust._grpc.answers import Answers
from rlocust._grpc.calls import Given, Multicallable
from rlocust._grpc.errors import GrpcError
from rlocust._grpc.feeder import Feeder
from rlocust._grpc.unary import OneAnswer


class _Streaming(Multicallable):
    def read(self, data: bytes) -> Any:
        return self._deserialized(data)

    def report(self, began: float, ending: _native.GrpcEnding, error: Exception | None) -> None:
        self._report(began, ending.seconds, ending.received, None, error)

    def _fed(self, requests: Iterable[Any], given: Given) -> tuple[_native.GrpcCall, Feeder]:
        call = self._method.start(None, given)
        return call, Feeder(call, requests, self._serialized, self._channel.feeders.spawn)


class UnaryStream(_Streaming, grpc.UnaryStreamMultiCallable):
    """A method of a stub that many messages answer: `for answer in stub.Count(request):`."""

    _answers_many = True

    def __call__(self, request: Any, *given: Any, **named: Any) -> Answers:
        asked = self._given(*given, **named)
        try:
            data = self._serialized(request)
        except GrpcError as error:
            self._refuse(error)
            raise
        return Answers(self, self._method.start(data, asked), asked[1])


class StreamStream(_Streaming, grpc.StreamStreamMultiCallable):
    """A method of a stub that takes many messages and gives many: `for answer in stub.Chat(messages):`."""

    _answers_many = True

    def __call__(self, request_iterator: Iterable[Any], *given: Any, **named: Any) -> Answers:
        asked = self._given(*given, **named)
        call, feeder = self._fed(request_iterator, asked)
        return Answers(self, call, asked[1], feeder)


class StreamUnary(_Streaming, OneAnswer, grpc.StreamUnaryMultiCallable):
    """A method of a stub that takes many messages: `stub.Sum(messages)`."""

    def _asked(self, request_iterator: Iterable[Any], *given: Any, **named: Any) -> tuple[Iterable[Any], Given]:
        return request_iterator, self._given(*given, **named)

    def _invoke(self, sent: Iterable[Any], given: Given) -> tuple[Any, _native.GrpcEnding]:
        began = time.time()
        call, feeder = self._fed(sent, given)
        try:
            ending = call.end()
        finally:
            own = feeder.stop()
        if own is not None:
            self.report(began, ending, own)
            raise own
        return self._settle(began, ending), ending
