"""The client of an `SseUser`: asks for streams, which are timed on the I/O threads."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rlocust import _native
from rlocust._clients.absolute_url import absolute_url
from rlocust._clients.proxies import proxies_for
from rlocust._sse.stream import EventStream
from rlocust._sse.tokens import Counter

if TYPE_CHECKING:
    from rlocust.sse import SseUser

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
Data = str | bytes | Mapping[str, Any]


class SseClient:
    """`self.client` of an `SseUser`; see docs/sse.md. Several streams may be open at the same time."""

    def __init__(self, user: SseUser) -> None:
        self.user = user
        self._open: list[EventStream] = []

    def get(self, url: str = "", **options: Any) -> EventStream:
        """`stream("GET", …)`."""
        return self.stream("GET", url, **options)

    def post(self, url: str = "", **options: Any) -> EventStream:
        """`stream("POST", …)`."""
        return self.stream("POST", url, **options)

    def stream(
        self,
        method: str,
        url: str = "",
        *,
        name: str | None = None,
        headers: Headers | None = None,
        params: Mapping[str, Any] | None = None,
        data: Data | None = None,
        json: Any = None,
        tokens: Counter | None = None,
        reconnect: int = 0,
        last_event_id: str = "",
    ) -> EventStream:
        """Asks a path of the user's host, or an `http://` or `https://` URL, for a stream, and waits until it begins.

        `tokens` says of each event that is taken how many tokens it has (`chat_tokens` knows OpenAI's chat
        completions). With `reconnect` the stream goes on over a new connection where the server ends or loses it: so
        many attempts one after the other without an event between them. Raises `SseConnectError`, `SseTimeout` or
        `SseLost` where there is no stream, `ValueError` for what cannot be sent.
        """
        url = absolute_url(url, self.user.host, "give --host or an absolute URL")
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params, doseq=True)
        body, kind = _body(data, json)
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers or ())
        if kind and not any(key.lower() == "content-type" for key, _ in pairs):
            pairs.append(("Content-Type", kind))
        name = name or _native.without_user_info(self._short(url))
        wanted = self._limits() | {
            "url": url,
            "proxies": proxies_for(url, self.user.proxies, self.user.trust_env),
            "method": method,
            "name": name,
            "headers": pairs,
            "body": body,
            "reconnect": reconnect,
            "last_event_id": last_event_id,
        }
        native = _native.EventStream(wanted, self.user.environment.stats._native)
        stream = EventStream(self, native, (method, url, name), tokens)
        self._open.append(stream)
        stream.open()
        return stream

    def close(self) -> None:
        """Hangs up on all streams that are open, without a sample."""
        for stream in list(self._open):
            stream.cut()

    def forget(self, stream: EventStream) -> None:
        """It is over."""
        if stream in self._open:
            self._open.remove(stream)

    def _limits(self) -> dict[str, Any]:
        user = self.user
        return {
            "connect_timeout": user.connect_timeout,
            "read_timeout": user.timeout,
            "retry": user.retry,
            "max_event_size": user.max_event_size,
            "max_queued_events": user.max_queued_events,
            "verify": user.verify,
            "cert": user.cert,
        }

    def _short(self, url: str) -> str:
        """As the script gave it: a URL of the host is named by its path."""
        host = (self.user.host or "").rstrip("/")
        return url[len(host) :] or "/" if host and url.startswith(host) else url


def _body(data: Data | None, json: Any) -> tuple[bytes, str]:
    """The bytes and what they are."""
    if json is not None:
        if data is not None:
            raise ValueError("give `data` or `json`, not both")
        return json_module.dumps(json).encode(), "application/json"
    if isinstance(data, Mapping):
        return urlencode(data, doseq=True).encode(), "application/x-www-form-urlencoded"
    if isinstance(data, str):
        return data.encode(), ""
    return data or b"", ""
