"""Counts what an ASGI app receives, outside of the app, and shows it at `/counters` as the demo server does."""

import json
from collections import Counter
from typing import Any


class Counted:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.paths: Counter[str] = Counter()
        self.methods: Counter[str] = Counter()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/counters":
            await self.answer(send)
        else:
            self.paths[scope["path"]] += 1
            self.methods[scope["method"]] += 1
            await self.app(scope, receive, send)

    async def answer(self, send: Any) -> None:
        counts = {"total": self.paths.total(), "paths": self.paths, "methods": self.methods}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(counts).encode()})
