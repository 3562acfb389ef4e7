"""What an SSE client raises. The bridge makes them, for what the I/O thread saw."""

from __future__ import annotations


class SseError(Exception):
    """A stream that failed, was cut off or kept its user waiting too long."""


class SseConnectError(SseError):
    """There is no stream: no connection, another `status` than 200, or an answer that is no event stream. `body` is how
    the answer with that status begins."""

    def __init__(self, text: str, status: int | None = None, body: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.body = body


class SseLost(SseError):
    """The stream broke before its end, or a limit of ours ended it."""


class SseTimeout(SseError, TimeoutError):
    """What was waited for did not come in time."""
