"""Text for a terminal: control characters of names and errors are shown there and not obeyed. What a server answers
moves no cursor and sets no title. Into a file or a pipe everything goes as it is.
"""

from __future__ import annotations

TYPE_CHECKING = False  # see `rlocust._command_line`
if TYPE_CHECKING:
    from typing import Any

#: All control characters but tab and line feed, as they are written in a text.
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}


def printable(text: str, stream: Any) -> str:
    """The text as this stream gets it."""
    is_a_terminal = getattr(stream, "isatty", None)  # a stream of a locustfile's own may lack it
    return text.translate(_SHOWN) if is_a_terminal and is_a_terminal() else text
