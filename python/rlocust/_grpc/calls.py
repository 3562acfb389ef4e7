"""What all calls have in common: what is sent, how the answer is read, the sample, the exception."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import grpc

from rlocust import _native
from rlocust._grpc.errors import CODES, GrpcError

if TYPE_CHECKING:
    from rlocust._grpc.channel import Deserializer, GrpcChannel, Serializer

#: What a call is given besides its message: metadata, timeout, whether it waits for a server, whether it is packed.
Given = tuple[Any, float | None, bool, bool]


class Multicallable:
    """A method of a stub."""

    _answers_many = False

    def __init__(self, channel: GrpcChannel, path: str, serializer: Serializer, deserializer: Deserializer) -> None:
        self._channel = channel
        self._user = channel.user
        self._url = channel.url
        self._path = path
        self._serializer = serializer
        self._deserializer = deserializer
        self._method = channel.method(path, self._answers_many)

    def _given(
        self,
        timeout: float | None = None,
        metadata: Any = None,
        credentials: Any = None,
        wait_for_ready: bool | None = None,
        compression: Any = None,
    ) -> Given:
        """What grpcio takes behind the message, in its order and by its names."""
        if credentials is not None:
            raise NotImplementedError("credentials of a call are not here; give what they send as `metadata=`")
        if compression not in (None, grpc.Compression.NoCompression, grpc.Compression.Gzip):
            raise NotImplementedError(f"compression: {compression} is not here; give `grpc.Compression.Gzip` or none")
        if timeout is None:
            timeout = self._user.timeout
        return metadata, timeout, bool(wait_for_ready), compression is grpc.Compression.Gzip

    def _serialized(self, request: Any) -> bytes:
        """The message as bytes; a `GrpcError` as grpcio's where there are none."""
        try:
            data = request if self._serializer is None else self._serializer(request)
        except Exception as error:
            raise _internal(f"Exception serializing request! {error!r}") from error
        limit = self._user.max_send_message_length
        if 0 <= limit < len(data):
            text = f"a message of {len(data)} bytes, more than the {limit} that are allowed (`max_send_message_length`)"
            raise GrpcError(grpc.StatusCode.RESOURCE_EXHAUSTED, text)
        return data

    def _deserialized(self, data: bytes | None) -> Any:
        if self._deserializer is None:
            return data
        try:
            return self._deserializer(data or b"")
        except Exception as error:
            raise _internal(f"Exception deserializing response! {error!r}") from error

    def _report(
        self, began: float, seconds: float, length: int, response: Any = None, exception: Exception | None = None
    ) -> None:
        """The sample of a call; none of one that was cut by the end of its user."""
        user = self._user
        if self._channel.is_closed and isinstance(exception, GrpcError) and exception.cancelled():
            return
        user.environment.events.request.fire(
            request_type="grpc",
            name=self._path,
            response_time=seconds * 1000,
            response_length=length,
            response=response,
            context=user.context(),
            exception=exception,
            start_time=began,
            url=self._url,
        )

    def _settle(self, began: float, ending: _native.GrpcEnding) -> Any:
        """Reports a call of one answer that has ended; the answer, or its fault."""
        try:
            if ending.code:
                raise fault(ending)
            response = self._deserialized(ending.message)
        except GrpcError as error:
            self._report(began, ending.seconds, ending.received, None, error)
            raise
        self._report(began, ending.seconds, ending.received, response)
        return response

    def _refuse(self, error: GrpcError) -> None:
        """Reports a call that was never sent."""
        self._report(time.time(), 0, 0, None, error)


def fault(ending: _native.GrpcEnding) -> GrpcError:
    """The exception for a call that ended so."""
    return GrpcError(CODES[ending.code], ending.details, ending.initial_metadata, ending.trailing_metadata)


def _internal(text: str) -> GrpcError:
    return GrpcError(grpc.StatusCode.INTERNAL, text)
