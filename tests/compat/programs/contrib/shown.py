"""What the programs of this folder share: an environment that prints what users of other protocols report."""

import re

from locust.env import Environment

from locust import events
from tests.compat.programs.helpers import until

#: What stands in a context and is the same in each run.
KNOWN = {"qos", "topic", "payload_size", "mid"}
WHOLE_MILLISECONDS = {
    *("QUERY", "execute_query"),
    *("insert", "upsert", "search", "hybrid_search", "scroll", "query", "delete"),
}
_reported = []


def environment():
    """Reports to `locust.events`, where some of these users report whatever their environment has."""
    events.request.add_listener(lambda **report: _reported.append(report))
    return Environment(events=events)


def show(title, count):
    """Prints the next so many reports, in the order of their names."""
    until(lambda: len(_reported) >= count)
    print(title)
    for line in sorted(map(_line, _reported)):
        print("   ", line)
    _reported.clear()


def _line(report):
    report = dict(report)
    kind, name, length = report.pop("request_type"), report.pop("name"), report.pop("response_length")
    took, failure = report.pop("response_time"), report.pop("exception", None)
    context = report.pop("context", {})
    known = {key: context[key] for key in sorted(KNOWN & context.keys())}
    others = {key: type(value).__name__ for key, value in sorted(report.items())}
    return (
        f"{kind} {name} {length} bytes, {_time(name, took)}, {_failure(failure)}, {sorted(context)} {known}, {others}"
    )


def _failure(failure):
    return re.sub(r"127\.0\.0\.1:\d+", "SERVER", repr(failure))


def _time(name, took):
    if name == "recall":
        return f"{took} %"
    if took > 0:
        return "timed"
    # Locust's users of databases round down to whole milliseconds.
    return "timed" if name in WHOLE_MILLISECONDS else "0 ms"
