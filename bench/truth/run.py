"""`make truth`: are the reported response times true while the generator is busy?

A server that takes ten milliseconds, a run against it, and beside it a probe in a process of its own: twenty requests a
second on kept connections, begun with the run. What the run reports is compared with what the probe saw, as the ratio
of their p50 and of their p95; the median of the rounds counts. No process is pinned.

Where the server or an I/O thread was busy for more than four fifths of the time, nothing can be judged: what the probe
sees then is another queue than the users'.

On a virtual machine the host may take the cores away: for milliseconds at a time all threads stand still, users and
probe not at the same moments. A cell that lost more than a hundredth of the time is measured again, as often as
TRUTH_PATIENCE (600 seconds a sitting) allows; how much the measurement lost that counts is shown.

TRUTH_ROUNDS (2), TRUTH_SECONDS (10), TRUTH_ONLY (part of a variant's name) and TRUTH_LOAD (part of a load's) set the
sitting; a whole one takes eleven minutes, TRUTH_ROUNDS=1 half of that.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bench import readings, rig
from bench.figures import machine, save
from tests.kit.places import ROOT

HERE = Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("TRUTH_ROUNDS", "2"))
SECONDS = float(os.environ.get("TRUTH_SECONDS", "10"))
DELAY_MS = 10  # of server.py
PATIENCE = float(os.environ.get("TRUTH_PATIENCE", "600"))
TOO_BUSY = 0.8
MOST_STOLEN = 0.01
WARNING = "Scheduling lag: "  # how the generator's warning begins


@dataclass(frozen=True)
class Load:
    """What the users do: each task asks once and burns CPU, then the user waits."""

    burn_ms: int
    users: int
    wait: float

    @property
    def name(self) -> str:
        return f"{self.burn_ms} ms of CPU, {self.users} users, wait {self.wait:g} s"


LOADS = [Load(*cell) for cell in product((0, 1, 5), (50, 500), (0.0, 0.5))]
#: Where Locust is measured beside, for contrast, and what docs/truth.md shows beside.
CONTRAST = [Load(5, 50, 0.0), Load(0, 500, 0.5)]
PROGRAMS = {
    "rlocust HttpUser": (rig.RLOCUST, "TruthHttp"),
    "rlocust FastHttpUser": (rig.RLOCUST, "TruthFast"),
    "Locust HttpUser": (rig.LOCUST, "TruthHttp"),
    "Locust FastHttpUser": (rig.LOCUST, "TruthFast"),
}


def main() -> None:
    rows = []
    patience = Patience(PATIENCE)
    for number in range(1, ROUNDS + 1):
        for load, variant in cells():
            figures = patience.undisturbed(partial(measure, variant, load, SECONDS))
            row = {"round": number, "load": load.name, "variant": variant, **figures}
            print(json.dumps(row), file=sys.stderr, flush=True)
            rows.append(row)
    settings = {"rounds": ROUNDS, "seconds": SECONDS}
    path = save("truth", {"machine": machine(), "settings": settings, "rounds": rows})
    print("\n".join(summary(rows)))
    print("written:", path.relative_to(ROOT))


def cells() -> list[tuple[Load, str]]:
    only, part = os.environ.get("TRUTH_ONLY", ""), os.environ.get("TRUTH_LOAD", "")
    variants = [v for v in PROGRAMS if only in v and rig.available(PROGRAMS[v][0], v)]
    loads = [load for load in LOADS if part in load.name]
    return [(load, v) for load, v in product(loads, variants) if v.startswith("rlocust") or load in CONTRAST]


class Patience:
    """How many seconds may go into measuring again what the host disturbed."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def undisturbed(self, measured: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        while True:
            begun, stolen = time.monotonic(), readings.Stolen()
            figures = {**measured(), "stolen": round(stolen.share(), 4)}
            if figures["stolen"] <= MOST_STOLEN or self.left <= 0:
                return figures
            self.left -= time.monotonic() - begun


def measure(variant: str, load: Load, seconds: float) -> dict[str, Any]:
    """One run with its probe: what was reported, what the probe saw, who was how busy."""
    path, user_class = PROGRAMS[variant]
    with server() as (port, server_pid):
        command = [path, "-f", str(HERE / "users.py"), "--headless", "-u", str(load.users), "-r", str(load.users)]
        command += ["-t", f"{seconds:g}s", "-H", f"http://127.0.0.1:{port}", "--only-summary", user_class]
        env = {"TRUTH_BURN_MS": str(load.burn_ms), "TRUTH_WAIT": str(load.wait)}
        with rig.Generator(f"truth {variant} {load.name}", command, core=None, env=env) as run:
            run.event("test_start")
            before = [readings.read_process(pid) for pid in (server_pid, run.pid)]
            with probe(port) as seen:
                reported = run.event("quitting", seconds + 120)  # five hundred users that burn CPU end slowly
                after = [readings.read_process(pid) for pid in (server_pid, run.pid)]
            run.process.wait(30)
            is_warned = WARNING in run.process.stderr
    if reported["failures"] or not seen:
        raise SystemExit(f"{variant}: {reported['failures']} failures, {len(seen)} samples of the probe; see {run.log}")
    busy = {
        "server_busy": busy_threads(before[0], after[0], ""),
        "io_busy": busy_threads(before[1], after[1], "rlocust-io"),
    }
    is_judged = max(busy.values()) <= TOO_BUSY
    lag = {"lag_p99_ms": reported.get("lag_p99_ms"), "is_warned": is_warned}
    return {**compared(reported, seen), **busy, "is_judged": is_judged, **lag}


def busy_threads(first: readings.Reading, last: readings.Reading, name: str) -> float:
    """The share of the time that the busiest thread of this name was on a core."""
    spent = [
        seconds - first.threads.get(thread, (comm, 0.0))[1]
        for thread, (comm, seconds) in last.threads.items()
        if comm.startswith(name)
    ]
    return round(max(spent, default=0.0) / (last.at - first.at), 3)


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
def server() -> Iterator[tuple[int, int]]:
    """The server's port and process."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline()), process.pid
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
    width = max(len(row["load"]) for row in rows) + 2
    heads = ("p50 ms", "probe", "ratio", "p95 ms", "probe", "ratio", "server", "I/O", "lag p99", "stolen", "warned", "")
    lines = [f"{'load':{width}}{'variant':22}" + "".join(f"{head:>9}" for head in heads)]
    for cell in medians(rows):
        figures = [f"{cell[key]:.{digits}f}" for key, digits in FIGURES.items()]
        figures += [
            f"{cell['server_busy']:.0%}",
            f"{cell['io_busy']:.0%}",
            f"{cell['lag']:.1f}",
            f"{cell['stolen']:.1%}",
        ]
        figures += ["yes" if cell["is_warned"] else "no", verdict(cell)]
        lines.append(f"{cell['load']:{width}}{cell['variant']:22}" + "".join(f"{text:>9}" for text in figures))
    return lines


FIGURES = {"p50": 1, "p50_probe": 1, "p50_ratio": 2, "p95": 1, "p95_probe": 1, "p95_ratio": 2}


def medians(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    cells = []
    for load, variant in dict.fromkeys((row["load"], row["variant"]) for row in rows):
        of = [row for row in rows if (row["load"], row["variant"]) == (load, variant)]
        figures = {key: statistics.median(row[key] for row in of) for key in (*FIGURES, "server_busy", "io_busy")}
        figures["stolen"] = max(row.get("stolen", 0.0) for row in of)
        lag = statistics.median(max((row["lag_p99_ms"] or {"": 0.0}).values()) for row in of)
        is_judged = max(figures["server_busy"], figures["io_busy"]) <= TOO_BUSY
        is_warned = sum(row["is_warned"] for row in of) * 2 > len(of)
        cells.append(
            {"load": load, "variant": variant, **figures, "lag": lag, "is_judged": is_judged, "is_warned": is_warned}
        )
    return cells


def verdict(cell: dict[str, Any]) -> str:
    """`true` within ten per cent; a cell that is not judged must have been warned of."""
    if not cell["is_judged"]:
        return "busy" if cell["is_warned"] else "BUSY, NOT WARNED"
    return "true" if all(abs(cell[f"p{percent}_ratio"] - 1) <= 0.1 for percent in (50, 95)) else "OFF"


if __name__ == "__main__":
    main()
