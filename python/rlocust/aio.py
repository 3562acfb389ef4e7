"""For `async def` tasks: users whose `client` is awaited, and a way to await any other blocking call.

    from rlocust.aio import AsyncHttpUser

    class Shop(AsyncHttpUser):
        @task
        async def look(self):
            front, cart = await asyncio.gather(self.client.get("/"), self.client.get("/cart"))
            async with self.client.get("/status/404", catch_response=True) as response:
                response.success()

Calls are the native clients' own, each in a greenlet that waits for it: times, names and failures are as without
`await`. Import it where `locust` may be imported: it does so. `async def` tasks alone need nothing of this; see
docs/async.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any, ParamSpec, TypeVar

import gevent

import rlocust

rlocust.install()

from locust import FastHttpUser, HttpUser  # noqa: E402

__all__ = ["AsyncFastHttpUser", "AsyncHttpUser", "in_greenlet"]

P = ParamSpec("P")
T = TypeVar("T")


async def in_greenlet(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Calls what would block the loop (a synchronous client, `time.sleep`) in a greenlet of its own.

    A cancellation kills the greenlet, and waits until it has ended.
    """
    outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    greenlet = gevent.spawn(_call, outcome, lambda: function(*args, **kwargs))
    greenlet.link(lambda _: outcome.cancel())
    try:
        return await asyncio.shield(outcome)
    except asyncio.CancelledError:
        greenlet.kill(block=False)
        await asyncio.wait([outcome])
        if not outcome.cancelled():
            outcome.exception()  # of a clean-up that failed: looked at, so that asyncio does not report it
        raise


def _call(outcome: asyncio.Future[T], function: Callable[[], T]) -> None:
    try:
        outcome.set_result(function())
    except Exception as error:
        outcome.set_exception(error)


class Call:
    """A call that is about to be made: `await` it, or enter it by `async with` as `catch_response=True` wants."""

    def __init__(self, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._call = method, args, kwargs
        self._response: Any = None

    def __await__(self) -> Generator[Any, None, Any]:
        method, args, kwargs = self._call
        return in_greenlet(method, *args, **kwargs).__await__()

    async def __aenter__(self) -> Any:
        self._response = await self
        return self._response.__enter__()

    async def __aexit__(self, *raised: Any) -> Any:
        return self._response.__exit__(*raised)


class AsyncClient:
    """The user's client, of which the methods that send a request are awaited; all else is the client's own."""

    SENDING = frozenset("get post put patch delete head options trace request".split())

    def __init__(self, client: Any) -> None:
        object.__setattr__(self, "sync", client)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.sync, name)
        if name not in self.SENDING:
            return found
        return lambda *args, **kwargs: Call(found, args, kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.sync, name, value)


class _AwaitedClient:
    abstract = True
    client: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = AsyncClient(self.client)


class AsyncHttpUser(_AwaitedClient, HttpUser):
    """`HttpUser` with `await self.client.get(...)`; `self.client.sync` is the client itself."""

    abstract = True


class AsyncFastHttpUser(_AwaitedClient, FastHttpUser):
    """The same for `FastHttpUser`."""

    abstract = True
