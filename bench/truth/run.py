"""`make truth`: are the reported response times true while the generator is busy?

A server that takes ten milliseconds, a run against it, and beside it a probe in a process of its own: twenty requests a
second on kept connections, begun with the run. What the run reports is compared with what the probe saw, as the ratio
of their p50 and of their p95; the median of the rounds counts. No process is pinned.

TRUTH_ROUNDS (5), TRUTH_SECONDS (15) and TRUTH_ONLY (part of a variant's name) set the sitting.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import rig

HERE = Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("TRUTH_ROUNDS", "5"))
SECONDS = float(os.environ.get("TRUTH_SECONDS", "15"))
DELAY_MS = 10  # of server.py


@dataclass(frozen=True)
class Load:
    """What the users do: `users` of them, of the classes whose names begin with `kind`."""

    name: str
    kind: str
    users: int
    spawn_rate: int


# Users that all began in the same instant would go on asking in one burst twice a second: what they see is then the
# queue in the server, which a probe between the bursts does not see. So they begin over five seconds.
LOADS = [
    Load("50 users, each task burns 5 ms", "Burning", 50, spawn_rate=50),
    Load("500 users, waiting 0.5 s", "Waiting", 500, spawn_rate=100),
]
PROGRAMS = {
    "rlocust HttpUser": (rig.RLOCUST, "Http"),
    "rlocust FastHttpUser": (rig.RLOCUST, "Fast"),
    "Locust HttpUser": (rig.LOCUST, "Http"),
    "Locust FastHttpUser": (rig.LOCUST, "Fast"),
}


def main() -> None:
    only = os.environ.get("TRUTH_ONLY", "")
    variants = [v for v in PROGRAMS if only in v and rig.available(PROGRAMS[v][0], v)]
    rows = []
    for number in range(1, ROUNDS + 1):
        for load in LOADS:
            for variant in variants:
                row = {"round": number, "load": load.name, "variant": variant, **measure(variant, load, SECONDS)}
                print(json.dumps(row), file=sys.stderr, flush=True)
                rows.append(row)
    settings = {"rounds": ROUNDS, "seconds": SECONDS}
    path = rig.save("truth", {"machine": rig.machine(), "settings": settings, "rounds": rows})
    print("\n".join(summary(rows)))
    print("written:", path.relative_to(rig.ROOT))


def measure(variant: str, load: Load, seconds: float) -> dict[str, Any]:
    """One run with its probe: what was reported, what the probe saw, reported divided by seen."""
    path, kind = PROGRAMS[variant]
    with server() as port:
        command = [path, "-f", str(HERE / "users.py"), "--headless", "-u", str(load.users), "-r", str(load.spawn_rate)]
        command += ["-t", f"{seconds:g}s", "-H", f"http://127.0.0.1:{port}", "--only-summary", load.kind + kind]
        with rig.Generator(f"truth {variant} {load.kind}", command, core=None) as run:
            run.event("test_start")
            with probe(port) as seen:
                reported = run.event("quitting", seconds + 60)
            run.process.wait(30)
    if reported["failures"] or not seen:
        raise SystemExit(f"{variant}: {reported['failures']} failures, {len(seen)} samples of the probe; see {run.log}")
    return compared(reported, seen)


def compared(reported: dict[str, Any], seen: list[float]) -> dict[str, Any]:
    row: dict[str, Any] = {"requests": reported["requests"], "probes": len(seen)}
    cuts = statistics.quantiles(seen, n=100, method="inclusive")
    for percent in (50, 95):
        ours = reported.get(f"p{percent}_exact", reported[f"p{percent}"])
        row[f"p{percent}"] = round(ours, 2)
        row[f"p{percent}_probe"] = round(cuts[percent - 1], 2)
        row[f"p{percent}_ratio"] = round(ours / cuts[percent - 1], 3)
    return row


@contextmanager
def server() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


@contextmanager
def probe(port: int) -> Iterator[list[float]]:
    """The probe's response times; the list is filled when the block ends."""
    seen: list[float] = []
    with subprocess.Popen(
        [sys.executable, str(HERE / "probe.py"), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield seen
        finally:
            seen += json.loads(process.communicate(timeout=60)[0])


def summary(rows: list[dict[str, Any]]) -> list[str]:
    """Medians over the rounds, one line per load and variant."""
    lines = [f"{'load':32}{'variant':22}{'p50 ms':>9}{'probe':>8}{'ratio':>7}{'p95 ms':>10}{'probe':>8}{'ratio':>7}"]
    for load, variant in dict.fromkeys((row["load"], row["variant"]) for row in rows):
        of = [row for row in rows if (row["load"], row["variant"]) == (load, variant)]
        cells = [
            f"{statistics.median(row[f'p{percent}{part}'] for row in of):{width}.{digits}f}"
            for percent in (50, 95)
            for part, width, digits in (("", 9, 1), ("_probe", 8, 1), ("_ratio", 7, 2))
        ]
        lines.append(f"{load:32}{variant:22}" + "".join(cells))
    return lines


if __name__ == "__main__":
    main()
