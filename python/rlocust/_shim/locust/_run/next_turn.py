"""Calls on gevent's hub at the loop's next turn, past everything that stands in gevent's line of callbacks.

A thousand users that are about to begin stand in that line, too: what ends them must not wait until all have begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import gevent
from gevent.hub import Waiter

from .budget import FOR_STUBBORN_ONES, Budget


def on_next_turn(function: Callable[[], None]) -> None:
    """Waits until it was called. It may throw into greenlets: each has the thread until it next gives way."""
    hub = gevent.get_hub()
    waiter = Waiter(hub)

    def call() -> None:
        try:
            function()
        finally:
            waiter.switch(None)

    timer = hub.loop.timer(0)
    timer.start(call)
    try:
        waiter.get()
    finally:
        timer.stop()
        timer.close()


def pass_turn() -> None:
    """Lets those run who stand in front, but not the whole line of a thousand."""
    on_next_turn(lambda: None)


def end_greenlets(
    greenlets: Iterable[Any], exception: type[BaseException] = gevent.GreenletExit, budget: Budget | None = None
) -> None:
    """Throws it into them and waits until they have ended; those that have not begun never do.

    :param budget: says what is thrown and how long is waited, once a signal asked for the end
    """
    ending = [greenlet for greenlet in greenlets if not greenlet.dead]

    def end() -> None:
        for greenlet in ending:
            if not greenlet.dead:
                greenlet.throw(budget.exit_of(greenlet) if budget else exception)

    if ending:
        on_next_turn(end)
    join(ending, budget)


def join(greenlets: Iterable[Any], budget: Budget | None) -> None:
    """Waits until they have ended; after a signal only while there is time."""
    timeout = budget.left_to(FOR_STUBBORN_ONES) if budget else None
    gevent.joinall([greenlet for greenlet in greenlets if not greenlet.dead], timeout=timeout)


class Flag:
    """Set on the hub, it lets the one greenlet that waits for it go on at once."""

    def __init__(self) -> None:
        self._is_set = False
        self._waiter: Any = None

    def set(self) -> None:
        if not self._is_set:
            self._is_set = True
            if self._waiter is not None:
                self._waiter.switch(None)

    def wait(self) -> None:
        if self._is_set:
            return
        self._waiter = Waiter()
        try:
            self._waiter.get()
        finally:
            self._waiter = None
