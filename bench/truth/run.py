"""`make truth`: are the reported response times true while the generator is busy?

A server that takes ten milliseconds, a run against it, and beside it a probe in a process of its own: twenty requests a
second on kept connections, twenty on new ones, begun with the run. What the run reports of requests on kept and on new
connections is compared with what the probe saw of the same kind, as the ratio of their p50 and of their p95; the median
of the rounds counts. The probe does not meet the queue that users who begin together make in a server, so the figures
are also compared with those of the very same requests on the wire, where tcpdump may capture (wire.py). Loads begin
their users spread over three seconds, at once, or at a rate (loads.py). No process is pinned.

Where the server or an I/O thread was busy for more than four fifths of the time, nothing can be judged: what the probe
sees then is another queue than the users'.

On a virtual machine the host may take the cores away: for milliseconds at a time all threads stand still, users and
probe not at the same moments. A cell that lost more than a hundredth of the time is measured again, as often as
TRUTH_PATIENCE (600 seconds a sitting) allows; how much the measurement lost that counts is shown.

TRUTH_ROUNDS (2), TRUTH_SECONDS (10), TRUTH_ONLY (part of a variant's name) and TRUTH_LOAD (part of a load's) set the
sitting; a round of all loads takes a quarter of an hour.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bench import readings, rig
from bench.figures import machine, save
from bench.truth import wire
from bench.truth.loads import CONTRAST, LOADS, Load
from tests.kit.places import ROOT

HERE = Path(__file__).resolve().parent
ROUNDS = int(os.environ.get("TRUTH_ROUNDS", "2"))
SECONDS = float(os.environ.get("TRUTH_SECONDS", "10"))
DELAY_MS = 10  # of server.py
PERCENTS = (50, 95, 99)
#: A way with fewer requests, of the users, the probe or the wire, is not compared: its p95 is one or two of them.
FEWEST = 50
PATIENCE = float(os.environ.get("TRUTH_PATIENCE", "600"))
TOO_BUSY = 0.8
MOST_STOLEN = 0.01
Row = dict[str, Any]
WARNING = "Scheduling lag: "  # how the generator's warning begins
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
            for figures in patience.undisturbed(partial(measure, variant, load, SECONDS)):
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

    def undisturbed(self, measured: Callable[[], list[Row]]) -> list[Row]:
        while True:
            begun, stolen = time.monotonic(), readings.Stolen()
            rows = measured()
            share = round(stolen.share(), 4)
            if share <= MOST_STOLEN or self.left <= 0:
                return [{**row, "stolen": share} for row in rows]
            self.left -= time.monotonic() - begun


def measure(variant: str, load: Load, seconds: float) -> list[Row]:
    """One run with its probe, a row for each way: what was reported and seen, who was how busy."""
    path, user_class = PROGRAMS[variant]
    with server(load) as (port, server_pid), wire.capture(port, rig.OUT / "truth.pcap") as captured:
        command = [path, "-f", str(HERE / "users.py"), "--headless", "-u", str(load.users)]
        command += [
            "-r",
            str(load.rate or load.users),
            "-t",
            f"{seconds:g}s",
            "-H",
            f"{load.scheme}://127.0.0.1:{port}",
        ]
        command += ["--only-summary", user_class]
        env = {"TRUTH_BURN_MS": str(load.burn_ms), "TRUTH_WAIT": str(load.wait)}
        env |= {"TRUTH_START": str(load.start), "TRUTH_KEEPS": str(int(load.keeps))}
        with rig.Generator(f"truth {variant} {load.name}", command, core=None, env=env) as run:
            run.event("test_start")
            before = [readings.read_process(pid) for pid in (server_pid, run.pid)]
            with probe(port, load) as seen:
                reported = run.event("quitting", seconds + 120)  # five hundred users that burn CPU end slowly
                after = [readings.read_process(pid) for pid in (server_pid, run.pid)]
            run.process.wait(30)
            is_warned = WARNING in run.process.stderr
    on_wire = captured.times(load.scheme == "https") if captured else {}
    rows = [compared(way, reported["ways"].get(way), times, on_wire.get(way, [])) for way, times in seen.items()]
    if reported["failures"] or not any(rows):
        raise SystemExit(f"{variant}: {reported['failures']} failures, or too few samples; see {run.log}")
    busy = {
        "server_busy": busy_threads(before[0], after[0], ""),
        "io_busy": busy_threads(before[1], after[1], "rlocust-io"),
    }
    is_judged = max(busy.values()) <= TOO_BUSY
    rest = {**busy, "is_judged": is_judged, "lag_p99_ms": reported.get("lag_p99_ms"), "is_warned": is_warned}
    return [{**row, **rest} for row in rows if row]


def busy_threads(first: readings.Reading, last: readings.Reading, name: str) -> float:
    """The share of the time that the busiest thread of this name was on a core."""
    spent = [
        seconds - first.threads.get(thread, (comm, 0.0))[1]
        for thread, (comm, seconds) in last.threads.items()
        if comm.startswith(name)
    ]
    return round(max(spent, default=0.0) / (last.at - first.at), 3)


def compared(way: str, reported: Row | None, seen: list[float], on_wire: list[float]) -> Row:
    """What the run says of requests of this way, and what the probe and the wire saw; empty where one has too few."""
    if not reported or min(reported["requests"], len(seen)) < FEWEST:
        return {}
    row: Row = {"way": way, "requests": reported["requests"], "probes": len(seen), "on_wire": len(on_wire)}
    row |= {f"p{percent}": round(reported[f"p{percent}"], 2) for percent in PERCENTS}
    for name, times in (("probe", seen), ("wire", on_wire)):
        if len(times) >= FEWEST:
            row |= against(name, reported, times)
    return row


def against(name: str, reported: Row, times: list[float]) -> Row:
    """The percentiles of these times, and the ratio of those reported to them."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    theirs = {percent: cuts[percent - 1] for percent in PERCENTS}
    shown = {f"p{percent}_{name}": round(value, 2) for percent, value in theirs.items()}
    ratios = {
        f"p{percent}_{name}_ratio": round(reported[f"p{percent}"] / value, 3) for percent, value in theirs.items()
    }
    return shown | ratios


@contextmanager
def server(load: Load) -> Iterator[tuple[int, int]]:
    """The server's port and process."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "server.py"), *load.server],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline()), process.pid
        finally:
            process.stdin.close()


@contextmanager
def probe(port: int, load: Load) -> Iterator[dict[str, list[float]]]:
    """The probe's response times by way; filled when the block ends."""
    seen: dict[str, list[float]] = {}
    with subprocess.Popen(
        [sys.executable, str(HERE / "probe.py"), str(port), *load.server],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield seen
        finally:
            seen |= json.loads(process.communicate(timeout=60)[0])


def summary(rows: list[Row]) -> list[str]:
    """Medians over the rounds, one line per load, variant and way."""
    width = max(len(row["load"]) for row in rows) + 2
    heads = [*HEADS, "server", "I/O", "lag p99", "stolen", "warned", ""]
    lines = [f"{'load':{width}}{'variant':22}{'':8}" + "".join(f"{head:>9}" for head in heads)]
    for cell in medians(rows):
        figures = [shown(cell, key) for key in FIGURES]
        figures += [f"{cell['server_busy']:.0%}", f"{cell['io_busy']:.0%}", f"{cell['lag']:.1f}"]
        figures += [f"{cell['stolen']:.1%}", "yes" if cell["is_warned"] else "no", verdict(cell)]
        name = f"{cell['load']:{width}}{cell['variant']:22}{cell['way']:8}"
        lines.append(name + "".join(f"{text:>9}" for text in figures))
    return lines


def shown(cell: Row, key: str) -> str:
    """A figure of a cell: a ratio, or milliseconds; `-` where it was not measured."""
    return f"{cell[key]:.{2 if key.endswith('ratio') else 1}f}" if key in cell else "-"


PARTS = ("", "_wire", "_wire_ratio", "_probe", "_probe_ratio")
FIGURES = [f"p{percent}{part}" for percent in PERCENTS for part in PARTS]
HEADS = [part for percent in PERCENTS for part in (f"p{percent} ms", "wire", "ratio", "probe", "ratio")]
CELL = ("load", "variant", "way")


def medians(rows: list[Row]) -> list[Row]:
    cells = []
    for names in dict.fromkeys(tuple(row[key] for key in CELL) for row in rows):
        of = [row for row in rows if tuple(row[key] for key in CELL) == names]
        keys = [key for key in (*FIGURES, "server_busy", "io_busy") if all(key in row for row in of)]
        figures = {key: statistics.median(row[key] for row in of) for key in keys}
        figures["stolen"] = max(row.get("stolen", 0.0) for row in of)
        lag = statistics.median(max((row["lag_p99_ms"] or {"": 0.0}).values()) for row in of)
        is_judged = max(figures["server_busy"], figures["io_busy"]) <= TOO_BUSY
        is_warned = sum(row["is_warned"] for row in of) * 2 > len(of)
        cell = dict(zip(CELL, names, strict=True))
        cells.append({**cell, **figures, "lag": lag, "is_judged": is_judged, "is_warned": is_warned})
    return cells


def verdict(cell: Row) -> str:
    """`true` within ten per cent of the wire, or of the probe where none was captured; a cell that is not judged must
    have been warned of."""
    if not cell["is_judged"]:
        return "busy" if cell["is_warned"] else "BUSY, NOT WARNED"
    truth = "wire" if "p50_wire_ratio" in cell else "probe"
    return "true" if all(abs(cell[f"p{percent}_{truth}_ratio"] - 1) <= 0.1 for percent in (50, 95)) else "OFF"


if __name__ == "__main__":
    main()
