"""What a WebSocket client raises. The bridge makes them, for what the I/O thread saw."""

from __future__ import annotations


class WebSocketError(Exception):
    """A connection that failed, ended or kept its user waiting too long. It has been reported where it is a sample."""


class WebSocketConnectError(WebSocketError):
    """There is no connection; `status` is the server's HTTP status where it answered with another one than 101."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class WebSocketClosed(WebSocketError):
    """The server closed the connection: its close `code` (1005 where it gave none) and `reason`."""

    def __init__(self, text: str, code: int, reason: str) -> None:
        super().__init__(text)
        self.code = code
        self.reason = reason


class WebSocketLost(WebSocketError):
    """The connection ended without a close frame, or a limit of ours ended it."""


class WebSocketTimeout(WebSocketError, TimeoutError):
    """What was waited for did not come in time; the connection goes on."""
