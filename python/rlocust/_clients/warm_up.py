"""What is set up once for all calls past the engine, before the clock of the first one starts.

Else it would stand in the time of that call, which nearly always is the longest of the whole run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from typing import Any

import gevent

_made: set[Hashable] = set()
_being_made: dict[Hashable, Any] = {}
os.register_at_fork(after_in_child=_being_made.clear)


def resolver() -> None:
    """What a look-up of a host's address takes: gevent's resolver with its threads, and a codec."""
    hub = gevent.get_hub()
    assert hub.resolver is not None and hub.threadpool is not None  # made on first sight
    "localhost".encode("idna")


def beside(what: Hashable, make: Callable[[], object]) -> None:
    """Has something made once on a thread of gevent's pool, and waits for it: the clocks of others run meanwhile, and
    their answers are dealt with."""
    if what in _made:
        return
    hub = gevent.get_hub()
    if not hub.loop.default:  # a native thread of the suite's holds nobody up
        make()
        return
    making = _being_made.get(what)
    if making is None:
        making = _being_made[what] = hub.threadpool.spawn(make)
    try:
        making.get()
        _made.add(what)
    finally:
        if making.ready():
            _being_made.pop(what, None)
