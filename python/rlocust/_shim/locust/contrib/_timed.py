"""A call of another library, timed, and reported as a request: what several users of databases share.

An outcome is a dictionary, as suites get it from `MilvusUser` and `QdrantUser`: `success`, `response_time` in
milliseconds, and `result` or `exception`. It is reported to `locust.events`, as Locust does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from typing import Any

import locust

Outcome = dict[str, Any]


def timed(call: Callable[[], Any], failures: type[Exception] = Exception) -> Outcome:
    """The outcome of a call; errors of another kind than `failures` are the script's."""
    clock = time.perf_counter()
    try:
        result = call()
    except failures as error:
        return {"success": False, "response_time": _milliseconds_since(clock), "exception": error}
    return {"success": True, "response_time": _milliseconds_since(clock), "result": result}


def found(outcome: Outcome, hits: Callable[[Any], Sized]) -> Outcome:
    """Of a search: one that finds nothing is no success, but no failed request either."""
    if "result" in outcome:
        outcome["empty"] = len(hits(outcome["result"])) == 0
        outcome["success"] = not outcome["empty"]
    return outcome


def report(request_type: str, name: str, outcome: Outcome) -> None:
    locust.events.request.fire(
        request_type=request_type,
        name=name,
        response_time=outcome.get("response_time", 0),
        response_length=0,
        exception=outcome.get("exception"),
    )


def _milliseconds_since(clock: float) -> float:
    return (time.perf_counter() - clock) * 1000
