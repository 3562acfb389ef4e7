"""Statistics read as data: what `json` makes of them, `vars()`, copies and pickles, dicts that somebody keeps. Prints a
line per seed; run with real Locust's Python and with `--ours`."""

import json
import random
import sys
import time

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

import copy
import pickle

from locust.stats import CatchResponseError, OrderedDict, RequestStats, StatsEntry, chain, defaultdict

time.time = lambda: 1000.5
DEPTHS = (copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value)))


class OwnEntry(StatsEntry):
    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.extra = [1]


def filled(chance: random.Random) -> RequestStats:
    stats = RequestStats()
    for _ in range(chance.randrange(1, 20)):
        name = chance.choice("abc")
        stats.log_request("GET", name, chance.choice([None, chance.randrange(5000), chance.random() * 90]), 5)
        if chance.random() < 0.3:
            stats.log_error("GET", name, chance.choice(["text", ValueError("no"), CatchResponseError("bad")]))
    return stats


def figures_of(entry: StatsEntry) -> list[object]:
    return [entry.to_dict(), str(entry), dict(vars(entry), stats=None), entry.get_current_response_time_percentile(0.5)]


def errors_of(stats: RequestStats) -> list[object]:
    return [[error.to_dict(), error.to_name(), repr(vars(error))] for error in stats.errors.values()]


def as_data(stats: RequestStats) -> list[object]:
    total = stats.total
    counts = [total.response_times, total.num_reqs_per_sec, total.num_fail_per_sec]
    c_level = [list(dict.items(each)) for each in counts]
    kinds = [[repr(each), type(each.copy()).__name__, isinstance(each, defaultdict)] for each in counts]
    return [json.dumps({"nested": counts}), json.dumps(counts[0], indent=1), c_level, kinds]


def kept(chance: random.Random) -> list[object]:
    """Dicts that were taken while they were empty, and go on being read."""
    stats = RequestStats()
    total = stats.total
    counts = [total.response_times, total.num_reqs_per_sec, total.num_fail_per_sec]
    seen = []

    def look() -> None:
        seen.append([json.dumps(counts), counts[0] is stats.total.response_times])

    for _ in range(3):
        look()
        stats.log_request("GET", "/", chance.randrange(100), 1)
        if chance.random() < 0.5:
            stats.log_error("GET", "/", "bad")
        look()
    seen.append([list(dict.items(each)) for each in counts])
    seen.append([counts[0][10_000], 10_000 in total.response_times, counts[0].get(20_000)])
    counts[0][30_000] += 2
    look()
    chance.choice([stats.reset_all, total.reset, stats.clear_all])()
    look()
    stats.log_request("GET", "/", 7, 1)
    look()
    return [seen, stats.total.response_times]


def copies(stats: RequestStats) -> list[object]:
    seen: list[object] = []
    for how in DEPTHS:
        entry = how(stats.get("a", "GET"))
        seen += [figures_of(entry), list(how(stats.errors)), how(stats.total.response_times)]
        seen.append([[error.occurrences, error.to_name()] for error in how(list(stats.errors.values()))])
        twin = how(stats)
        seen += [figures_of(twin.total), list(twin.entries), errors_of(twin), list(vars(twin))]
        if how is not copy.copy:
            # Locust's shallow copy of an entry shares its dicts with the first.
            twin.log_request("GET", "a", 4000, 9)
            twin.log_error("GET", "a", "more")
            entry.log(9, 9)
            seen += [figures_of(twin.total), figures_of(twin.get("a", "GET")), figures_of(entry), errors_of(twin)]
            entries = how(stats.entries)
            seen += [type(entries).__name__, list(entries), entries["new", "GET"].num_requests]
            seen.append([twin.get("a", "GET").stats is twin, how(stats.total).stats is stats])
        seen += [figures_of(stats.total), figures_of(stats.get("a", "GET")), errors_of(stats)]
    own = copy.deepcopy(OwnEntry(stats, "own", "GET"))
    vars(own)["num_requests"] = 5
    vars(own)["late"] = 2
    return [seen, own.extra, vars(own)["num_requests"], list(vars(own)), own.late]


for seed in range(int(sys.argv[1])):
    chance = random.Random(seed)
    stats = filled(chance)
    line = [as_data(stats), kept(chance), copies(stats), list(chain([1], OrderedDict()))]
    print(json.dumps(line, default=repr))
