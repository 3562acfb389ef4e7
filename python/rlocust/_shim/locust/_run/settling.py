"""The account of a test that has ended: calls that were cut are in it once the I/O threads have said what became of
them. Not a module of Locust's.
"""

from __future__ import annotations

import contextlib
import time

import gevent

from rlocust import _native
from rlocust._clients import python_call

#: Seconds that the I/O threads may take to report what became of calls that were cut.
SETTLING = 2.0


def settle_accounts(limit: float) -> None:
    """Waits until the I/O threads have reported what became of the calls that were cut: `limit` seconds at most. What
    one that stands still owes then is booked as far as it is known.

    Greenlets that users spawned and left behind are ended first: their calls are cut, too, and must be in the account.
    """
    deadline = time.monotonic() + limit
    with contextlib.suppress(gevent.Timeout):
        gevent.killall([*_native.waiting(), *python_call.greenlets()], timeout=limit)
    while _native.owed() and time.monotonic() < deadline:
        gevent.sleep(0.001)
    if _native.waiting() or any(python_call.greenlets()):
        _native.settle_all()  # of greenlets that swallow what ends them
    elif _native.owed():
        _native.settle_owed()
