"""Sends the messages of a stream: a greenlet, which asks the script's iterator for one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import gevent
import grpc

from rlocust import _native
from rlocust._grpc.errors import GrpcError


class Feeder:
    """Sends until the iterator or the call ends."""

    def __init__(
        self, call: _native.GrpcCall, requests: Iterable[Any], serialized: Callable[[Any], bytes], spawn: Any
    ) -> None:
        self._call = call
        self._serialized = serialized
        self._error: GrpcError | None = None
        self._greenlet: gevent.Greenlet = spawn(self._feed, requests)

    def stop(self) -> GrpcError | None:
        """The call has ended; by the fault of a message, if there is one."""
        self._greenlet.kill(block=False)
        return self._error

    def _feed(self, requests: Iterable[Any]) -> None:
        try:
            for request in requests:
                if not self._call.send(self._serialized(request)):
                    return
        except GrpcError as error:
            self._give_up(error)
        except Exception as error:
            text = f"Exception iterating requests! {error!r}"
            self._give_up(GrpcError(grpc.StatusCode.UNKNOWN, text))
        else:
            self._call.finish()

    def _give_up(self, error: GrpcError) -> None:
        self._error = error
        self._call.cancel()
