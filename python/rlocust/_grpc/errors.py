"""What a call raises that did not end well: grpcio's exception, with all that grpcio's own have."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn

import grpc

Metadata = tuple[tuple[str, str | bytes], ...]

#: By number, as they stand on the wire.
CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}


class GrpcError(grpc.RpcError, grpc.Call, grpc.Future):
    """A call that ended with another status than OK. It has been reported.

    Its text has the code and the server's sentence, and nothing that differs from call to call: errors have few rows.
    """

    def __init__(
        self, code: grpc.StatusCode, details: str, initial_metadata: Metadata = (), trailing_metadata: Metadata = ()
    ) -> None:
        super().__init__(f"{code.name}: {details}" if details else code.name)
        self._code = code
        self._details = details
        self._initial_metadata = initial_metadata
        self._trailing_metadata = trailing_metadata

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def initial_metadata(self) -> Metadata:
        return self._initial_metadata

    def trailing_metadata(self) -> Metadata:
        return self._trailing_metadata

    def debug_error_string(self) -> str:
        return str(self)

    # What has ended, as a future: interceptors of grpcio look at it.

    def is_active(self) -> bool:
        return False

    def time_remaining(self) -> None:
        return None

    def cancel(self) -> bool:
        return False

    def cancelled(self) -> bool:
        return self._code is grpc.StatusCode.CANCELLED

    def running(self) -> bool:
        return False

    def done(self) -> bool:
        return True

    def result(self, timeout: float | None = None) -> NoReturn:
        raise self

    def exception(self, timeout: float | None = None) -> GrpcError:
        return self

    def traceback(self, timeout: float | None = None) -> TracebackType | None:
        return self.__traceback__

    def add_callback(self, callback: Callable[[], Any]) -> bool:
        return False

    def add_done_callback(self, fn: Callable[[Any], Any]) -> None:
        fn(self)
