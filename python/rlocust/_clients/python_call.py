"""A call that `requests` or geventhttpclient carries, past the engine, on its way into the account.

`PythonCall` is entered around such a call: however it ends, its sample is in one class and its attempts are counted
or said to be unknown. They are known where they all go out by a session's own adapters, each sending once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from gevent import getcurrent
from gevent.monkey import get_original
from requests.exceptions import (
    ConnectTimeout,
    InvalidHeader,
    InvalidProxyURL,
    InvalidURL,
    ProxyError,
    ReadTimeout,
    RequestException,
    SSLError,
)
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from rlocust import _native

_thread_id: Callable[[], int] = get_original("_thread", "get_ident")

#: The call that each greenlet is in now.
_under_way: dict[Any, PythonCall] = {}

#: The accounts of calls that are being reported, by the identity of their responses.
_beside: dict[int, Any] = {}

# What an adapter raises before it has written anything of a request.
_UNSENT = (ConnectTimeout, InvalidHeader, InvalidProxyURL, InvalidURL, ProxyError, SSLError)


class PythonCall:
    """One call, from before its clock starts until its answer is there, its body included."""

    __slots__ = ("_answered", "_failed", "_has_begun", "_outer", "_sees_attempts", "_thread", "_unsent", "account")

    def __init__(self, session: Any, sees_attempts: bool = False) -> None:
        #: To be told when the sample is reported. While a response holds it the sample is open.
        self.account = _native.begin_python_call(session)
        self._sees_attempts = sees_attempts
        self._has_begun = False
        self._answered = self._failed = self._unsent = 0
        self._thread = _thread_id()

    def __enter__(self) -> PythonCall:
        here = getcurrent()
        self._outer = _under_way.get(here)  # a hook may make a call of its own
        _under_way[here] = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        here = getcurrent()
        if self._outer is None:
            del _under_way[here]
        else:
            _under_way[here] = self._outer
        if kind is not None and not issubclass(kind, Exception):
            self.account.cut()
        elif kind is None or self._may_be_sent():
            # What was raised goes on to the suite, and nobody reports the sample.
            self.account.finish(self._seen())

    def is_answered_by(self, response: Any) -> None:
        """Looks whether all answers behind this response came by the adapters that are watched."""
        answers = len(response.history) + 1 if response.status_code else 0
        self._sees_attempts &= answers <= self._answered

    def _may_be_sent(self) -> bool:
        return self._has_begun and not (self._sees_attempts and self._answered == self._failed == 0)

    def _seen(self) -> tuple[int, int, int] | None:
        if not self._sees_attempts:
            return None
        if not (self._answered or self._failed or self._unsent):
            return 0, 0, 1  # it failed on its way to the first adapter
        return self._answered, self._failed, self._unsent

    def _book(self, error: Exception) -> None:
        """What an adapter raised, as an attempt."""
        reason = error.args[0] if error.args else None
        if isinstance(error, _UNSENT) or _is_of_files(error):
            self._unsent += 1
        elif isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError):
            self._unsent += 1
        elif isinstance(error, ReadTimeout) or (isinstance(reason, ProtocolError) and _is_plain(error)):
            self._failed += 1
        else:
            self._sees_attempts = False


def _is_of_files(error: Exception) -> bool:
    """Certificates are missing: an error of the system that a socket raised would be one of `requests` by now."""
    return isinstance(error, OSError) and not isinstance(error, RequestException)


def _is_plain(error: Exception) -> bool:
    """Over TLS it may be the handshake that was broken off."""
    request = getattr(error, "request", None)
    return str(getattr(request, "url", "")).lower().startswith("http:")


def begun() -> None:
    """The call of this greenlet, if it is in one, has come so far that something of it may be sent."""
    call = _under_way.get(getcurrent())
    if call is not None:
        call._has_begun = True


def attempted(send: Callable[[], Any]) -> Any:
    """One sending by an adapter of ours, counted for the call that this greenlet is in."""
    call = _under_way.get(getcurrent())
    if call is None:
        return _attempted_beside(send)
    try:
        answer = send()
    except Exception as error:
        call._book(error)
        raise
    call._answered += 1
    return answer


def _attempted_beside(send: Callable[[], Any]) -> Any:
    """`client.send(prepared)` and the like: a request that nobody makes a sample of, as under Locust."""
    answer = send()
    _native.count_attempt()
    return answer


@contextmanager
def reporting(response: Any, account: Any) -> Iterator[None]:
    """While a sample is given to the `request` event: where the response has no place for its account."""
    _beside[id(response)] = account
    try:
        yield
    finally:
        del _beside[id(response)]


def account_beside(response: Any) -> Any:
    """Asked by the runner's listener for a response without a `_call`; None where it is no call of ours."""
    return _beside.get(id(response))


def greenlets() -> Iterable[Any]:
    """The greenlets of this thread that are in a call."""
    here = _thread_id()
    return [greenlet for greenlet, call in _under_way.items() if call._thread == here]
