"""`make accounting`: does the account add up, however a run is stopped and however the server behaves?

Each run goes against a demo server of its own, which counts what it received, and is stopped in one of the ways below
with requests in flight. Then, exactly:
samples (ok + failed + cut + unreported + failed before sending) = calls the locustfile made, and
attempts on the wire (answered + failed after sending + cut after sending) = what the server counted. A server that
breaks connections loses what was on its way to it: then its count lies between what was answered and the attempts.
Where the users' calls are carried by `requests` and geventhttpclient, the attempts of some are unknown, and the account
says of how many samples: then the server may have counted up to MOST more for each of them.
ACCOUNT_RUNS (100) sets the number of runs; each way meets each server in turn, on each road.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

from bench import figures, rig
from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.targets import Target, demo_server
from tests.kit.waiting import until

RUNS = int(os.environ.get("ACCOUNT_RUNS", "100"))
ENOUGH = 200  # requests at the server, or calls, before a run is stopped
RUN_TIME = ["-t", "2s"]
#: Arguments of a run that is stopped so; a run that ends itself says so in the locustfile.
WAYS: dict[str, list[str]] = {
    "run time": RUN_TIME,
    "run time, tasks finish": [*RUN_TIME, "--stop-timeout", "1"],
    "SIGINT": [],
    "SIGTERM": [],
    "runner.quit()": [],
    "shape": [],
}
SERVERS = ("well-behaved", "breaking", "refusing", "slow")
#: Who carries the calls of the users: the engine, or what only the Python libraries can carry.
ROADS = ("engine", "python")
SAMPLES = ("ok", "failed", "cut", "unreported", "failed_before_send")
ATTEMPTS = ("answered", "failed_after_send", "cut_after_send")
CUT = ("cut_not_sent", "cut_sent", "cut_answering", "cut_unknown")
UNKNOWN = "attempts_unknown"
#: Attempts that one call of geventhttpclient may take: a connection that breaks is replaced so often.
MOST = 12
LOCUSTFILE = Path(__file__).resolve().parent / "accounting_users.py"


def main() -> None:
    rows = []
    for number, (road, way, server) in enumerate(islice(cycle(product(ROADS, WAYS, SERVERS)), RUNS), 1):
        row = {"run": number, "road": road, **one_run(way, server, road)}
        print(json.dumps(row), file=sys.stderr, flush=True)
        rows.append(row)
    exact = sum(row["exact"] for row in rows)
    cut: Counter[str] = Counter()
    for row in rows:
        cut.update({phase: row["account"][phase] for phase in CUT})
    path = figures.save("accounting", {"machine": figures.machine(), "exact": exact, "cut": dict(cut), "runs": rows})
    phases_of_cut = ", ".join(f"{count} {phase.removeprefix('cut_').replace('_', ' ')}" for phase, count in cut.items())
    print(f"exact in {exact} of {RUNS} runs; samples cut: {phases_of_cut}; written: {path.relative_to(ROOT)}")
    raise SystemExit(exact != RUNS)


def one_run(way: str, server: str = "well-behaved", road: str = "engine") -> dict[str, Any]:
    env = {"ACCOUNT_SERVER": server, "ACCOUNT_WAY": way, "ACCOUNT_ROAD": road}
    if way == "runner.quit()":
        env["ACCOUNT_CALLS"] = str(ENOUGH)
    env["ACCOUNT_CLOSED"] = f"http://127.0.0.1:{free_port()}"
    with demo_server() as target:
        command = [rig.RLOCUST, "-f", str(LOCUSTFILE), "--headless", "-H", target.url, "--only-summary", *WAYS[way]]
        command += [] if way == "shape" else ["-u", "40", "-r", "40"]
        with rig.Generator(f"accounting {way} {server}", command, core=None, env=env) as run:
            if way.startswith("SIG"):
                until(f"{ENOUGH} requests at the server", lambda: target.received().total >= ENOUGH, 30, rig.EVERY)
                run.process.signal(signal.Signals[way])
            said = run.event("quit", 60)
            run.process.wait(30)
        return {"stopped_by": way, "behaviour": server, **verdict(said, settled(target, said, server), server)}


def settled(target: Target, said: dict[str, Any], server: str) -> int:
    """The server's count once it stands still: what was sent before a connection was cut may still be unread. A busy
    machine may read it late: a count that is too low for the account is asked for again, for half a minute."""
    seen = [target.received().total]
    end = time.monotonic() + 30

    def stands_still() -> bool:
        seen.append(target.received().total)
        is_last = seen[-1:] * 3 == seen[-3:]
        return is_last and (verdict(said, seen[-1], server)["exact"] or time.monotonic() > end)

    until("the server's count stands still", stands_still, 60, 0.1)
    return seen[-1]


def verdict(said: dict[str, Any], counted: int, server: str) -> dict[str, Any]:
    account = {name: said[name] for name in (*SAMPLES, *ATTEMPTS, *CUT, UNKNOWN)}
    samples, attempts, cut = (sum(account[name] for name in names) for names in (SAMPLES, ATTEMPTS, CUT))
    least = account["answered"] if server == "breaking" else attempts
    most = attempts + MOST * account[UNKNOWN]
    is_exact = least <= counted <= most and samples == said["calls"] and cut == account["cut"]
    return {
        "exact": is_exact,
        "server": counted,
        "attempts": attempts,
        "calls": said["calls"],
        "samples": samples,
        "account": account,
    }


if __name__ == "__main__":
    main()
