"""What is set up once for all calls past the engine, before the clock of the first one starts.

Else it would stand in the time of that call, which nearly always is the longest of the whole run.
"""

from __future__ import annotations

import gevent


def resolver() -> None:
    """What a look-up of a host's address takes: gevent's resolver with its threads, and a codec."""
    hub = gevent.get_hub()
    assert hub.resolver is not None and hub.threadpool is not None  # made on first sight
    "localhost".encode("idna")
