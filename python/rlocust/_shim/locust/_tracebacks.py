"""Tracebacks in the log: whole the first ten times; then the count at a hundred, a thousand and so on, and when the
test ends. A task that fails at once fails tens of thousands of times a second, and one line a second would leave
nothing else in the last 500 lines, which the page shows. Not a module of Locust's.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import Any

from rlocust import _native

logger = logging.getLogger("locust.main")

#: How often the same traceback is logged whole.
WHOLE = 10
#: Different ones that are remembered; then all count anew.
MOST = 1000
#: What is kept of a text until its count is logged: an error may quote a whole answer.
MOST_TEXT = 1000


@dataclass
class _Repeat:
    times: int = 0
    #: At this count there is a line again.
    next_line: int = 10 * WHOLE
    #: Logger, text and kind of error of those that are counted and not logged yet.
    unlogged: tuple[Any, str, str] | None = None


_repeats: dict[int, _Repeat] = {}
_hosts: set[str] = set()


def begin_anew() -> None:
    """A new test: its first tracebacks are whole again, and what is said once is said again."""
    _forget()
    _hosts.clear()


def log(log_to: Any, text: str, error: BaseException) -> None:
    """Log the text and the traceback of the error that is being handled, by a logger or by `logging` itself."""
    repeat = _repeat_of(_key(text, error))
    repeat.times += 1
    if repeat.times <= WHOLE:
        log_to.error("%s\n%s", text, traceback.format_exc())
        return
    repeat.unlogged = log_to, text[:MOST_TEXT], type(error).__name__
    if repeat.times == repeat.next_line:
        repeat.next_line *= 10
        _log_count(repeat)


def log_counts() -> None:
    """The test has ended: log the counts that have changed since they were logged last."""
    for repeat in list(_repeats.values()):
        _log_count(repeat)


def _log_count(repeat: _Repeat) -> None:
    if repeat.unlogged is not None:
        (log_to, text, kind), repeat.unlogged = repeat.unlogged, None
        log_to.error("%s (%s, %d times so far, with the traceback shown above)", text, kind, repeat.times)


def _key(text: str, error: BaseException) -> int:
    """What makes two tracebacks the same: cheaper than to write them, and of one size however long the texts are."""
    lines = []
    step = error.__traceback__
    while step is not None:
        lines.append((step.tb_frame.f_code, step.tb_lineno))
        step = step.tb_next
    return hash((type(error), text, text_of(error), tuple(lines)))


def _repeat_of(key: int) -> _Repeat:
    if key not in _repeats and len(_repeats) >= MOST:
        _forget()
    return _repeats.setdefault(key, _Repeat())


def _forget() -> None:
    log_counts()
    _repeats.clear()


def text_of(error: BaseException) -> str:
    """The text of an error of the suite, also where its own code for that fails: then in the words of tracebacks."""
    try:
        return str(error)
    except Exception:
        return "<exception str() failed>"


def say_scheme(host: object, text: str) -> None:
    """One line, the first time that a client could not call its host for want of a scheme. The text holds the URL in
    quotes: what is no HTTP host may lack one, and whole URLs do without."""
    if not isinstance(host, str) or not host or "://" in host or host in _hosts or not _quotes(text, host):
        return
    _hosts.add(host)
    shown = _native.without_user_info(host)
    logger.error(f"The host `{shown}` has no scheme, so no request can be made\nhint: write `-H http://{shown}`")


def say_slash(host: object, url: object) -> None:
    """One line, the first time that a path without a slash went straight behind the port of a host."""
    if not isinstance(host, str) or not isinstance(url, str) or not url or not url[0].isalnum() or "://" in url:
        return
    if host.endswith("/") or f"{host} {url}" in _hosts:
        return
    _hosts.add(f"{host} {url}")
    shown = _native.without_user_info(host)
    logger.warning(f"`{url}` went straight behind the host `{shown}`\nhint: begin it with a slash, as `/{url}`")


def is_about_scheme(error: BaseException) -> bool:
    """Whether the error comes of a host about which `say_scheme` has said all."""
    if type(error).__name__ not in ("MissingSchema", "InvalidSchema"):
        return False
    return any(_quotes(text_of(error), host) for host in _hosts)


def _quotes(text: str, host: str) -> bool:
    """Whether a URL in the text begins with the host, as `repr` or the message of an exception shows it."""
    return f"'{host}" in text or f'"{host}' in text
