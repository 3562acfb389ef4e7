"""The channel of a `GrpcUser`, for generated stubs; each method of a stub becomes a multicallable on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import grpc
from gevent.pool import Group

from rlocust import _native
from rlocust._grpc.streams import StreamStream, StreamUnary, UnaryStream
from rlocust._grpc.targets import url_of
from rlocust._grpc.unary import UnaryUnary

if TYPE_CHECKING:
    from rlocust.grpc import GrpcUser

Serializer = Callable[[Any], bytes] | None
Deserializer = Callable[[bytes], Any] | None

#: As good as no limit: the length of a message has four bytes.
_NO_LIMIT = 2**32 - 1


class GrpcChannel(grpc.Channel):
    """`self.channel` of a `GrpcUser`: one connection, whose calls are timed on the I/O thread and reported.

    Stubs are made of it as of grpcio's, `FooStub(self.channel)`, and so are channels with interceptors.
    """

    def __init__(self, user: GrpcUser) -> None:
        assert user.host is not None
        self.user = user
        self.url = url_of(user.host)
        limit = user.max_receive_message_length
        wanted = {
            "url": self.url,
            "timeout": user.connect_timeout,
            "max_receive": _NO_LIMIT if limit < 0 else limit,
            "verify": user.verify,
            "cert": user.cert,
        }
        self.is_closed = False
        self.feeders = Group()
        self._native = _native.GrpcChannel(wanted)

    def unary_unary(
        self,
        method: str,
        request_serializer: Serializer = None,
        response_deserializer: Deserializer = None,
        _registered_method: bool | None = False,
    ) -> UnaryUnary:
        return UnaryUnary(self, method, request_serializer, response_deserializer)

    def unary_stream(
        self,
        method: str,
        request_serializer: Serializer = None,
        response_deserializer: Deserializer = None,
        _registered_method: bool | None = False,
    ) -> UnaryStream:
        return UnaryStream(self, method, request_serializer, response_deserializer)

    def stream_unary(
        self,
        method: str,
        request_serializer: Serializer = None,
        response_deserializer: Deserializer = None,
        _registered_method: bool | None = False,
    ) -> StreamUnary:
        return StreamUnary(self, method, request_serializer, response_deserializer)

    def stream_stream(
        self,
        method: str,
        request_serializer: Serializer = None,
        response_deserializer: Deserializer = None,
        _registered_method: bool | None = False,
    ) -> StreamStream:
        return StreamStream(self, method, request_serializer, response_deserializer)

    def method(self, path: str, answers_many: bool) -> _native.GrpcMethod:
        """A method of a service on this connection."""
        return self._native.method(path, answers_many)

    def subscribe(self, callback: Callable[..., Any], try_to_connect: bool | None = False) -> None:
        raise NotImplementedError("this channel tells no states; calls wait for a server by `wait_for_ready=True`")

    def unsubscribe(self, callback: Callable[..., Any]) -> None:
        """Nobody has subscribed."""

    def close(self) -> None:
        """Ends its calls and its connection, for good."""
        self.is_closed = True
        self._native.close()
        self.feeders.kill(block=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()
