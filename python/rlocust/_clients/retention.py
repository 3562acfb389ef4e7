"""What a response forgets once its call is over, so that it goes with its last holder.

A response and its `request_meta` hold each other, and an exception holds its response by a field or through the frames
of its traceback. Such circles wait for the cyclic collector, which runs by the number of Python objects made: on the
native roads these are so few that bodies pile up. What a suite reads afterwards is put together again when it does.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from typing import Any

from requests.exceptions import HTTPError

_META, _KEPT, _RESULT = "request_meta", "_kept_meta", "_manual_result"

# Their text is made of fields in C that `__init__` alone sets.
_MADE_BY_INIT = (UnicodeError, ImportError, SyntaxError)


def report(response: Any) -> None:
    """Gives the sample to the `request` event and to the account; the call is over then."""
    try:
        response._request_event.fire(**response.request_meta)
        call = response.__dict__.get("_exchange") or response._call
        if call is not None:
            call.reported(bool(response.request_meta["exception"]))
    finally:
        let_go(response)


def let_go(response: Any, raised: BaseException | None = None) -> None:
    """Breaks the circles of a response whose call is over: reported, or left by this error of the suite."""
    own = response.__dict__
    error = own.get("error")
    if raised is None:
        forget_frames(error)
    result = own.get(_RESULT)
    if isinstance(result, Exception):
        own[_RESULT] = _bare(result, response)
    meta = own.pop(_META, None)
    if meta is None:
        return
    kept = {name: value for name, value in meta.items() if value is not response}
    exception = kept.get("exception")
    if exception is not None and not _arose_from(error, exception):
        kept["exception"] = own[_RESULT] if exception is result else _bare(exception, response)
    own[_KEPT] = kept


def meta_again(response: Any) -> dict[str, Any] | None:
    """The `request_meta` that a response has let go of, for a suite that still looks at it."""
    kept = response.__dict__.pop(_KEPT, None)
    if kept is None:
        return None
    meta: dict[str, Any] = {"response": response, **kept}
    exception = meta.get("exception")
    if isinstance(exception, HTTPError) and exception.response is None:
        exception.response = response
    response.__dict__[_META] = meta
    return meta


def forget_frames(error: BaseException | None) -> None:
    """Takes the tracebacks from an error that was raised only to be caught here: each frame holds all that called it.
    An answer of geventhttpclient and its error hold each other, too. What the suite itself is handling now stands
    behind them in the chain, and stays as it is."""
    if error is None:
        return
    handled = list(_chain(sys.exc_info()[1]))
    for own in _chain(error):
        if any(own is each for each in handled):
            return
        own.__traceback__ = None
        if getattr(getattr(own, "response", None), "error", None) is own:
            vars(own)["response"] = _apart(own.response)


def _apart(response: Any) -> Any:
    """The same response for its error to hold, which it does not hold itself. Nothing where a class of the suite's
    cannot be copied."""
    try:
        apart = copy.copy(response)
        for name in ("error", "_call"):
            vars(apart).pop(name, None)
    except Exception:
        return None
    return apart


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what was being handled when each was raised."""
    while error is not None:
        yield error
        error = error.__context__


def _arose_from(error: BaseException | None, exception: Any) -> bool:
    return any(each is exception for each in _chain(error))


def _bare(error: Any, response: Any) -> Any:
    """The same exception without its traceback and without the response; itself where it holds neither, or where it
    cannot be made anew."""
    fields = getattr(error, "__dict__", {})
    if error.__traceback__ is None and all(value is not response for value in fields.values()):
        return error
    if isinstance(error, _MADE_BY_INIT):
        return error
    try:
        bare = type(error).__new__(type(error), *error.args)
    except Exception:  # whatever a class of the suite's raises there
        return error
    bare.args = error.args
    bare.__dict__.update({name: None if value is response else value for name, value in fields.items()})
    return bare
