"""An asyncio loop that is one greenlet of gevent's hub, so that coroutines run in the script thread beside all users.

It waits in its own epoll set, whose file descriptor the hub watches: a pass costs the same however many sockets are
open. While it waits no loop is running as far as asyncio knows, so that others may have loops of their own. Why it is
not a loop on a thread: docs/decisions/0026-coroutines-run-on-the-hub.md
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import gevent
from gevent import monkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from selectors import DefaultSelector as Selector
else:
    # The kernel's own, which gevent takes out of the module when it patches.
    Selector = monkey.get_original("selectors", "DefaultSelector")


#: Seconds that coroutines have before users get their turn, as long as the hub's own queue has.
TURN = 0.005


#: The loop that runs in this thread as far as others know: one that a user has by `asyncio.run`.
_others: Any = None


@contextmanager
def _aside() -> Iterator[None]:
    """While the loop beside the hub waits, what runs is what ran before it."""
    global _others
    ours = asyncio._get_running_loop()
    asyncio._set_running_loop(_others)
    try:
        yield
    finally:
        _others = asyncio._get_running_loop()
        asyncio._set_running_loop(ours)


class HubSelector(Selector):
    """Waits as a greenlet does. `wake` ends the wait: who calls the loop is in its thread and needs no pipe."""

    def __init__(self) -> None:
        super().__init__()
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(self.fileno(), 1)
        self._waiting: Any = None

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        self._wait(timeout)
        return super().select(0)

    def _wait(self, timeout: float | None) -> None:
        self._waiting = gevent.getcurrent()
        timer = None if timeout is None else self._hub.loop.timer(timeout)
        self._readable.start(self.wake)
        if timer is not None:
            timer.start(self.wake)
        try:
            with _aside():
                self._hub.switch()
        finally:
            self._waiting = None
            self._readable.stop()
            if timer is not None:
                timer.close()

    def wake(self) -> None:
        """On the next turn of the hub; several calls are one."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._hub.loop.run_callback(waiting.switch)

    def close(self) -> None:
        self._readable.close()
        super().close()


class Ready(deque[Any]):
    """Callbacks that asyncio is about to call. Between two of them, no task being at work, others get their turn."""

    def __init__(self) -> None:
        super().__init__()
        self._turn_ends = 0.0

    def popleft(self) -> Any:
        if perf_counter() > self._turn_ends:
            with _aside():
                gevent.sleep(0)
            self._turn_ends = perf_counter() + TURN
        return super().popleft()


class HubLoop(asyncio.SelectorEventLoop):
    """The loop of a process; `the_loop` makes it and keeps it running."""

    _ready: Ready

    def __init__(self) -> None:
        self.selector = HubSelector()
        super().__init__(self.selector)
        self._ready = Ready()

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Any = None) -> asyncio.Handle:  # type: ignore[override]
        handle = super().call_soon(callback, *args, context=context)
        self.selector.wake()
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        handle = super().call_at(when, callback, *args, context=context)
        self.selector.wake()
        return handle


_loop: HubLoop | None = None
#: The greenlet that runs it.
_runner: Any = None


def the_loop() -> HubLoop:
    """The loop of this process, which runs from the first call on."""
    global _loop, _runner
    if _loop is None or _runner.dead:
        _loop = HubLoop()
        _runner = gevent.spawn(_run, _loop)
    return _loop


def is_loops_greenlet() -> bool:
    return _runner is not None and gevent.getcurrent() is _runner


def _run(loop: HubLoop) -> None:
    global _others
    while True:
        _others = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            loop.run_forever()
        except (SystemExit, KeyboardInterrupt):
            pass  # of a coroutine, whose user gets it
