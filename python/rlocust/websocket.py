"""WebSocket users, whose messages are timed on the I/O threads and counted like requests.

    from rlocust.websocket import WebSocketUser

    class Trader(WebSocketUser):
        host = "wss://example.com"

        def on_start(self):
            self.client.connect("/feed")

        @task
        def order(self):
            self.client.request('{"buy": 1}', match="accepted", name="order")

Import it where `locust` may be imported: it does so. What is counted as what, and the limits: docs/websocket.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import rlocust
from rlocust._websocket.client import WebSocketClient
from rlocust._websocket.errors import (
    WebSocketClosed,
    WebSocketConnectError,
    WebSocketError,
    WebSocketLost,
    WebSocketTimeout,
)

rlocust.install()

from locust import User  # noqa: E402

if TYPE_CHECKING:
    from locust.env import Environment

__all__ = [
    "WebSocketClient",
    "WebSocketClosed",
    "WebSocketConnectError",
    "WebSocketError",
    "WebSocketLost",
    "WebSocketTimeout",
    "WebSocketUser",
]


class WebSocketUser(User):
    """A user whose `client` speaks WebSocket. Whatever ends the user closes its connection."""

    abstract = True

    client: WebSocketClient

    connect_timeout: float = 10.0
    """Seconds from the first packet until the connection is open."""

    timeout: float = 30.0
    """Seconds that `send`, `receive`, `expect` and `request` wait, unless they are told otherwise."""

    max_message_size: int = 16 * 1024 * 1024
    """Bytes of one message that comes; a longer one ends the connection."""

    max_queued_messages: int = 1000
    """Messages that have come and were not received; one more ends the connection."""

    verify: bool | str = True
    """As of `requests`: whether certificates are checked, or the file with those to trust."""

    cert: str | tuple[str, str] | None = None
    """As of `requests`: the client's certificate, or certificate and key."""

    proxies: Mapping[str, str] | None = None
    """As of `requests`, for `http` (of ws://), `https` (of wss://) or `all`: `{"all": "http://user:word@proxy:3128"}`.
    An HTTP proxy is asked for a tunnel; `socks5://` and `socks5h://` are possible, too."""

    trust_env: bool = False
    """Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment count. They do not for an
    `HttpUser` either, unless its client's `trust_env` is set."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = WebSocketClient(self)

    def run(self) -> None:  # type: ignore[misc]
        try:
            super().run()
        finally:
            self.client.close()
