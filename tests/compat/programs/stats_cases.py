"""Runs seeded random statistics by a clock of its own and prints all that can be read from them, as JSON lines.
Run by both sides of `test_stats.py`: once where `locust` is Locust, once where it is rlocust's."""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

NOW = [1_700_000_000.25]
time.time = lambda: NOW[0]

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

import locust.stats as stats_module
from locust.exception import CatchResponseError
from locust.stats import RequestStats, StatsEntry, StatsError

NAMES = ["/", "/a", "/b?x=1", "a name with spaces", "naïve ü €", "/" + "long/" * 30]
METHODS = ["GET", "POST", "", "WebSocket"]


class Runner:
    """As much of a runner as the history looks at."""

    state = "running"
    user_count = 3

    def __init__(self, stats: RequestStats) -> None:
        self.stats = stats


class Opaque:
    """Prints an address, the same one in both runs."""

    def __init__(self, address: int) -> None:
        self.address = address

    def __repr__(self) -> str:
        return f"<Opaque object at {self.address:#x}>"


def random_time(rng: random.Random) -> float | int | None:
    kind = rng.random()
    if kind < 0.05:
        return None
    if kind < 0.3:
        return rng.choice([0, 1, 15, 105, 115, 145, 995, 1050, 9950, 10500, 58760])
    if kind < 0.5:
        return rng.choice([0.5, 1.5, 2.5, 99.5, 104.9, 105.0, 114.99999999999999, 9949.999999999998, 0.0])
    return rng.expovariate(1) * rng.choice([3.0, 40.0, 500.0, 9000.0])


def random_error(rng: random.Random) -> Any:
    return rng.choice(
        [
            ValueError("bad 'quote'"),
            CatchResponseError("custom"),
            CatchResponseError({"a": 1}),
            CatchResponseError("it's\n\ttwo \x01 lines é"),
            "a text",
            "CatchResponseError('from afar')",
            ValueError(Opaque(rng.randrange(2**40))),
            None,
        ]
    )


def work(rng: random.Random, stats: RequestStats) -> None:
    for _ in range(rng.randint(1, 120)):
        method, name = rng.choice(METHODS), rng.choice(NAMES)
        stats.log_request(method, name, random_time(rng), rng.choice([0, 10, 123456]))
        if rng.random() < 0.2:
            stats.log_error(method, name, random_error(rng))
        if rng.random() < 0.3:
            NOW[0] += rng.choice([0.01, 0.4, 1.0, 3.7])


def figures(entry: StatsEntry) -> dict[str, Any]:
    cache = entry.response_times_cache
    return {
        "serialized": entry.serialize(),
        "row": entry.to_dict(),
        "current": [entry.get_current_response_time_percentile(p) for p in (0.5, 0.95)]
        if entry.use_response_times_cache
        else None,
        "percentiles": [entry.get_response_time_percentile(p) for p in (0.0, 0.1, 0.5, 0.66, 0.999, 1.0)],
        "cache": None
        if cache is None
        else [
            [second, dict(copy.response_times), copy.num_requests, copy.num_none_requests]
            for second, copy in cache.items()
        ],
        "text": str(entry),
    }


def readings(rng: random.Random, stats: RequestStats) -> list[Any]:
    stats_module.STATS_NAME_WIDTH = rng.choice([0, 1, 3, 4, 5, 20, 80])
    stats_module.PERCENTILES_TO_REPORT = rng.choice([[0.5, 0.66, 0.999, 1.0], [0.55, 0.9999], [0.1]])
    if stats.total.use_response_times_cache:
        stats_module.update_stats_history(Runner(stats))
    return [
        [list(key) for key in stats.entries],
        [figures(entry) for entry in stats.entries.values()],
        figures(stats.total),
        stats.serialize_errors(),
        [error.to_name() for error in stats.errors.values()],
        [error.to_dict() for error in stats_module.sort_stats(stats.errors)],
        stats_module.get_stats_summary(stats, current=True),
        stats_module.get_stats_summary(stats, current=False),
        stats_module.get_percentile_stats_summary(stats),
        stats_module.get_error_report_summary(stats),
        stats.history,
        [
            stats.num_requests,
            stats.num_none_requests,
            stats.num_failures,
            stats.start_time,
            stats.last_request_timestamp,
        ],
    ]


def report(worker: RequestStats) -> dict[str, Any]:
    data = {
        "stats": worker.serialize_stats(),
        "stats_total": worker.total.get_stripped_report(),
        "errors": worker.serialize_errors(),
    }
    worker.errors = {}
    return data


def merge(master: RequestStats, data: dict[str, Any]) -> None:
    for row in data["stats"]:
        entry = StatsEntry.unserialize(row, master)
        key = (entry.name, entry.method)
        if key not in master.entries:
            master.entries[key] = StatsEntry(master, *key, use_response_times_cache=True)
        master.entries[key].extend(entry)
    for key, error in data["errors"].items():
        master.errors.setdefault(key, StatsError.unserialize(error))
    master.total.extend(StatsEntry.unserialize(data["stats_total"], master))


def edit(rng: random.Random, stats: RequestStats) -> None:
    entry = stats.get("/edited", "GET")
    entry.num_requests += 3
    entry.response_times[150] += 2
    entry.response_times[7] = 1
    entry.min_response_time = 7
    entry.max_response_time = 151.5
    entry.total_response_time = 307.5
    entry.num_reqs_per_sec = {int(NOW[0]): 3}
    stats.total.last_request_timestamp = NOW[0]
    if rng.random() < 0.5:
        stats.entries.pop(("/a", "GET"), None)


def write_past_the_recorder(rng: random.Random, stats: RequestStats) -> None:
    """What suites and plug-ins do to single entries and errors."""
    entry, other = stats.get("/own", "GET"), StatsEntry(stats, "/other", "GET")
    for each in (entry, other):
        each.log(random_time(rng), 3)
        each.log_error(random_error(rng))
    entry.extend(other)
    stats.total.extend(StatsEntry.unserialize(entry.serialize(), stats))
    stats.entries[("/other", "GET")] = other
    own = StatsError("GET", "/own", random_error(rng))
    own.occurred()
    NOW[0] += 1
    own.occurred()
    stats.errors[StatsError.create_key("GET", "/own", "own")] = own
    stats.errors["copy"] = StatsError.unserialize(own.serialize())
    if rng.random() < 0.5:
        entry.reset()
        stats.errors.pop("copy")
    if stats.history and rng.random() < 0.5:
        stats.history.clear()


def run_case(seed: int) -> list[Any]:
    rng = random.Random(seed)
    stats = RequestStats(use_response_times_cache=rng.random() < 0.8)
    worker = RequestStats(use_response_times_cache=False)
    seen: list[Any] = []
    for _ in range(rng.randint(1, 4)):
        action = rng.random()
        if action < 0.1:
            stats.reset_all()
        elif action < 0.2:
            stats.clear_all()
        elif action < 0.4:
            work(rng, worker)
            merge(stats, report(worker))
        elif action < 0.5:
            edit(rng, stats)
            write_past_the_recorder(rng, stats)
        elif action < 0.6:
            stats_module.bucket_response_time = lambda ms: round(ms / 50, 1)
            work(rng, stats)
            stats_module.bucket_response_time = OWN_BUCKETS
        NOW[0] += rng.choice([0.0, 0.5, 8.0])
        work(rng, stats)
        # As text at once: Locust hands out its own dicts, which go on changing.
        seen.append(json.dumps(readings(rng, stats)))
    return seen


OWN_BUCKETS = stats_module.bucket_response_time

if __name__ == "__main__":
    for seed in range(int(sys.argv[1])):
        print(json.dumps(run_case(seed)))
