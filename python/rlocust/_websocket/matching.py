"""How an answer is known among messages: by text in it, by a pattern, by a function."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Message = str | bytes
Match = str | bytes | re.Pattern[Any] | Callable[[Message], Any] | None


def predicate(match: Match) -> Callable[[Message], Any]:
    """Whether a message is the one: any (`None`), one with this text in it, one where the pattern is found, or one of
    which the function says so. A text never is in a binary message, nor bytes in a text."""
    if match is None:
        return lambda message: True
    if isinstance(match, str | bytes):
        wanted: Any = match
        return lambda message: isinstance(message, type(wanted)) and wanted in message
    if isinstance(match, re.Pattern):
        pattern = match
        return lambda message: isinstance(message, type(pattern.pattern)) and pattern.search(message)
    if callable(match):
        return match
    raise TypeError(f"match: `{match!r}` is no text, bytes, compiled pattern or function")
