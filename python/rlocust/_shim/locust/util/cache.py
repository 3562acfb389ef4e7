"""A cache with an age limit, for answers that are costly to make and may be a little old."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any


def memoize(timeout: float, dynamic_timeout: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Keeps a function's result for `timeout` seconds, whatever the arguments.

    With `dynamic_timeout`, a call that took longer than the limit doubles its own time as the new limit,
    so that a slow function does not run all the time. `clear_cache()` forgets the result.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        kept: dict[str, Any] = {}
        limit = timeout

        @wraps(function)
        def cached(*args: Any, **kwargs: Any) -> Any:
            nonlocal limit
            started = perf_counter()
            if not kept or started - kept["at"] > limit:
                kept["result"] = function(*args, **kwargs)
                kept["at"] = perf_counter()
                taken = kept["at"] - started
                if dynamic_timeout:
                    limit = taken * 2 if taken > timeout else timeout
            return kept["result"]

        cached.clear_cache = kept.clear  # type: ignore[attr-defined]
        return cached

    return decorate
