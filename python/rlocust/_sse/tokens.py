"""How tokens are counted in the events of an LLM's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rlocust._sse.event import Event

Count = int | tuple[int, int | None] | None
#: Tokens in this event, or that and the server's own count of all so far.
Counter = Callable[[Event], Count]


def chat_tokens(event: Event) -> tuple[int, int | None]:
    """Of OpenAI's chat completions, and of servers that speak as it does: an event whose delta has content (or
    reasoning, or a part of a tool call) is a token; where the server sends `usage`, its `completion_tokens` is the
    count of all.

    Ask for it by `stream_options={"include_usage": True}`: a server may put several tokens into one event.
    """
    if event.data == "[DONE]":
        return 0, None
    try:
        chunk = json.loads(event.data)
    except ValueError:
        return 0, None
    if not isinstance(chunk, dict):
        return 0, None
    usage = chunk.get("usage")
    total = usage.get("completion_tokens") if isinstance(usage, dict) else None
    choices = chunk.get("choices")
    has_token = any(_has_token(choice) for choice in choices) if isinstance(choices, list) else False
    return int(has_token), total if isinstance(total, int) else None


def _has_token(choice: Any) -> bool:
    """Of chat completions, and of the older completions, which have their text beside them."""
    if not isinstance(choice, dict):
        return False
    delta = choice.get("delta")
    parts = [choice.get("text")]
    if isinstance(delta, dict):
        parts += [delta.get(key) for key in ("content", "reasoning_content", "reasoning", "tool_calls")]
    return any(parts)


@dataclass
class TokenCount:
    """The tokens of one stream, and when the first and the last event with one came."""

    counter: Counter
    counted: int = 0
    total: int | None = None
    first: float | None = None
    last: float | None = None

    @property
    def count(self) -> int:
        """The server's count, where it has given one."""
        return self.counted if self.total is None else self.total

    def add(self, event: Event) -> None:
        found = self.counter(event)
        tokens, total = found if isinstance(found, tuple) else (found or 0, None)
        if total is not None:
            self.total = total
        if tokens > 0:
            self.counted += tokens
            self.first = event.arrived if self.first is None else self.first
            self.last = event.arrived
