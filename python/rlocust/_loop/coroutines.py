"""Has a user's greenlet wait for what an `async def` of its suite gave.

The coroutine runs as a task of the loop beside the hub; its result or exception is the user's. Whatever ends the wait
(a stop, a kill, `gevent.Timeout`) cancels the task first, and its clean-up is waited for.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import gevent


def finish(result: Any) -> Any:
    """What a call of the suite's code came to: what it returned, waited for if it can be awaited."""
    return run(result) if isinstance(result, Awaitable) else result


def run(awaitable: Awaitable[Any]) -> Any:
    # Not before a suite has a coroutine: asyncio is 20 ms of a start.
    import asyncio

    from .hub_loop import is_loops_greenlet, the_loop

    if is_loops_greenlet():
        if asyncio.iscoroutine(awaitable):
            awaitable.close()
        raise RuntimeError("called inside a coroutine, which cannot wait for another one without `await`")
    loop = the_loop()
    task = asyncio.ensure_future(awaitable, loop=loop)
    try:
        _wait_for(task)
    except BaseException:
        if not task.done():
            task.cancel()
            _wait_for(task)
        if task.cancelled():
            raise
        # It has swallowed the cancellation, or its clean-up failed: as where a plain task does so.
    return task.result()


def _wait_for(task: Any) -> None:
    """Until it is done. A wake-up that comes when the wait has ended otherwise would hit another wait of the user."""
    hub, waiting = gevent.get_hub(), [gevent.getcurrent()]

    def wake(_: Any) -> None:
        hub.loop.run_callback(resume)

    def resume() -> None:
        if waiting:
            waiting.pop().switch()

    task.add_done_callback(wake)
    try:
        hub.switch()
    finally:
        waiting.clear()
        task.remove_done_callback(wake)
