"""`make accounting`: does the account add up, however a run is stopped?

Each run goes against a demo server of its own, which counts what it received, and is stopped by its run time, by SIGINT
or by `runner.quit()` in a task, with requests in flight. Then, exactly:
attempts on the wire (answered + failed after sending + cut after sending) = what the server counted, and
samples (ok + failed + cut + unreported + failed before sending) = calls the locustfile made.
ACCOUNT_RUNS (20) sets the number of runs.
"""

import json
import os
import signal
import sys
import urllib.request
from pathlib import Path
from typing import Any

from bench import rig

RUNS = int(os.environ.get("ACCOUNT_RUNS", "20"))
ENOUGH = 500  # requests at the server before a run is stopped from outside
WAYS = ("run time", "SIGINT", "runner.quit()")
SAMPLES = ("ok", "failed", "cut", "unreported", "failed_before_send")
ATTEMPTS = ("answered", "failed_after_send", "cut_after_send")
LOCUSTFILE = Path(__file__).resolve().parent / "accounting_users.py"


def main() -> None:
    rows = []
    for number in range(RUNS):
        row = {"run": number + 1, **one_run(WAYS[number % len(WAYS)])}
        print(json.dumps(row), file=sys.stderr, flush=True)
        rows.append(row)
    exact = sum(row["exact"] for row in rows)
    cut = sum(row["account"]["cut"] for row in rows)
    path = rig.save("accounting", {"machine": rig.machine(), "exact": exact, "runs": rows})
    print(f"exact in {exact} of {RUNS} runs, {cut} samples cut; written: {path.relative_to(rig.ROOT)}")
    raise SystemExit(exact != RUNS)


def one_run(way: str) -> dict[str, Any]:
    env = {"ACCOUNT_QUIT": str(ENOUGH)} if way == "runner.quit()" else {}
    with rig.demo_server() as address:
        command = [rig.RLOCUST, "-f", str(LOCUSTFILE), "--headless", "-u", "40", "-r", "40", "-H", address]
        command += ["--only-summary", *(["-t", "2s"] if way == "run time" else [])]
        with rig.Generator(f"accounting {way}", command, core=None, env=env) as run:
            if way == "SIGINT":
                rig.wait_until(lambda: received(address) >= ENOUGH, f"{ENOUGH} requests at the server", 30)
                run.process.send_signal(signal.SIGINT)
            said = run.event("quit", 60)
            run.process.wait(30)
        return {"stopped_by": way, **verdict(said, settled(address))}


def received(address: str) -> int:
    with urllib.request.urlopen(f"{address}/counters", timeout=10) as answer:
        return json.load(answer)["total"]


def settled(address: str) -> int:
    """The server's count once it stands still: what was sent before a connection was cut may still be unread."""
    seen = [received(address)]

    def stands_still() -> bool:
        seen.append(received(address))
        return seen[-1:] * 3 == seen[-3:]

    rig.wait_until(stands_still, "the server's count stands still", 30, every=0.1)
    return seen[-1]


def verdict(said: dict[str, Any], server: int) -> dict[str, Any]:
    account = {name: said[name] for name in SAMPLES + ATTEMPTS}
    samples, attempts = (sum(account[name] for name in names) for names in (SAMPLES, ATTEMPTS))
    is_exact = attempts == server and samples == said["calls"]
    return {
        "exact": is_exact,
        "server": server,
        "attempts": attempts,
        "calls": said["calls"],
        "samples": samples,
        "account": account,
    }


if __name__ == "__main__":
    main()
