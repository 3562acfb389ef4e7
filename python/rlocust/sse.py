"""Users of streamed answers (server-sent events), which are timed on the I/O threads and have figures of their own.

    from rlocust.sse import SseUser, chat_tokens

    class Asker(SseUser):
        host = "http://localhost:8000"

        @task
        def ask(self):
            question = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "Why?"}]}
            with self.client.post("/v1/chat/completions", json=question, tokens=chat_tokens) as answer:
                for event in answer:
                    ...

Import it where `locust` may be imported: it does so. What is measured, and the limits: docs/sse.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import rlocust
from rlocust._sse.client import SseClient
from rlocust._sse.errors import SseConnectError, SseError, SseLost, SseTimeout
from rlocust._sse.event import Event
from rlocust._sse.stream import EventStream
from rlocust._sse.tokens import chat_tokens

rlocust.install()

from locust import User  # noqa: E402

if TYPE_CHECKING:
    from locust.env import Environment

__all__ = [
    "Event",
    "EventStream",
    "SseClient",
    "SseConnectError",
    "SseError",
    "SseLost",
    "SseTimeout",
    "SseUser",
    "chat_tokens",
]


class SseUser(User):
    """A user whose `client` asks for streams of events. Whatever ends the user closes them."""

    abstract = True

    client: SseClient

    connect_timeout: float = 10.0
    """Seconds for each address tried, for the TLS handshake, and for sending the request."""

    timeout: float = 30.0
    """Seconds without a byte of the answer until a stream fails; and that `expect` waits, unless it is given others."""

    retry: float = 3.0
    """Seconds before a new connection, where one is wanted and the server does not say otherwise."""

    max_event_size: int = 1024 * 1024
    """Bytes of a line, and of the data of an event; a longer one ends the stream."""

    max_queued_events: int = 10_000
    """Events that have come and were not taken; one more ends the stream."""

    verify: bool | str = True
    """As of `requests`: whether certificates are checked, or the file with those to trust."""

    cert: str | tuple[str, str] | None = None
    """As of `requests`: the client's certificate, or certificate and key."""

    proxies: Mapping[str, str] | None = None
    """As of `requests`: `{"http": "http://user:word@proxy:3128"}`, `https`, `all`; `socks5://`, `socks5h://`, too."""

    trust_env: bool = False
    """Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment count. They do not for an
    `HttpUser` either, unless its client's `trust_env` is set."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = SseClient(self)

    def run(self) -> None:  # type: ignore[misc]
        try:
            super().run()
        finally:
            self.client.close()
