"""`make bench-master`: how many workers one master carries, ours and Locust's in the same sitting.

Simulated workers (`bench/swarm.py`) join, beat once a second and report so many entries every 3 s, for SECONDS. Held:
the master's CPU, how long a heartbeat waits for its answer, workers declared missing, and that the master's count of
requests is what was reported. Locust's master is given fewer and fewer workers, until it loses none.
BENCH_MASTER_SECONDS (30) makes a shorter sitting; BENCH_MASTER=1000x50 only one row.
"""

import json
import os
import sys
import time
from signal import SIGTERM
from typing import Any

import psutil

from bench import figures, rig
from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.processes import Process, comes_up, running
from tests.kit.waiting import until

SECONDS = float(os.environ.get("BENCH_MASTER_SECONDS", "30"))
LOADS = [(1000, 50), (5000, 20)]
LEAST = 60  # workers: below, Locust's master is not asked either
LOCUSTFILE = ROOT / "bench" / "master_users.py"
TOOLS = {"rlocust": rig.RLOCUST, "locust": rig.LOCUST}
MISSING = "failed to send heartbeat"
#: What must hold of ours with 1 000 workers x 50 entries.
MOST_CPU, MOST_P99_MS = 25.0, 100.0


def main() -> int:
    if only := os.environ.get("BENCH_MASTER"):
        size, _, each = only.partition("x")
        loads = [(int(size), int(each))]
    else:
        loads = LOADS
    rows = []
    for workers, entries in loads:
        rows.append(shown(measured("rlocust", workers, entries)))
        while workers >= LEAST:
            rows.append(shown(measured("locust", workers, entries)))
            if carried(rows[-1]):
                break
            workers //= 2
    path = figures.save("master", {"machine": figures.machine(), "commit": figures.commit(), "rows": rows})
    print(f"written: {path.relative_to(ROOT)}")
    return int(not all(holds(row) for row in rows if row["tool"] == "rlocust"))


def carried(row: dict[str, Any]) -> bool:
    """All workers were kept, and all that they reported is counted."""
    return bool(row["alive"] and not row["missing"] and row["counted"] == row["requests"] and row["joined"])


def holds(row: dict[str, Any]) -> bool:
    if (row["workers"], row["entries"]) != LOADS[0]:
        return carried(row)
    return carried(row) and row["cpu_percent"] <= MOST_CPU and row["p99_ms"] <= MOST_P99_MS


def measured(tool: str, workers: int, entries: int) -> dict[str, Any]:
    port = free_port()
    words = ["--master", "--headless", "--only-summary", "--master-bind-host", "127.0.0.1"]
    words += ["--master-bind-port", str(port), "--expect-workers", str(workers), "--expect-workers-max-wait", "120"]
    words += ["-u", str(workers), "-r", str(workers), "-L", "INFO"]
    command = [TOOLS[tool], "-f", str(LOCUSTFILE), *words]
    row: dict[str, Any] = {"tool": tool, "workers": workers, "entries": entries, "joined": False, "alive": False}
    with rig.Generator(f"master {tool} {workers}", command, core=None) as master:
        comes_up(master.process, port)
        swarm = [sys.executable, "-m", "bench.swarm", str(port), str(workers), str(entries), str(SECONDS)]
        with running(swarm, ROOT, {"PYTHONPATH": str(ROOT)}) as simulated:
            row |= _held(master, simulated)
    return {"missing": 0, "counted": None, "requests": None, "cpu_percent": None, "p99_ms": None} | row


def _held(master: rig.Generator, simulated: Process) -> dict[str, Any]:
    try:
        until("all workers run", lambda: "running" in simulated.stdout or master.process.has_ended, 120, 0.2)
        process = psutil.Process(master.pid)
        began, used = time.monotonic(), _cpu(process)
        until("the swarm has measured", lambda: "{" in simulated.stdout or master.process.has_ended, SECONDS + 60, 0.2)
        percent = 100 * (_cpu(process) - used) / (time.monotonic() - began)
        memory = process.memory_info().rss
    except (TimeoutError, psutil.Error) as error:
        return {"wrong": str(error), "missing": master.process.stderr.count(MISSING)}
    found = json.loads(simulated.stdout.partition("\n")[2].partition("\n")[0] or "{}")
    missing = master.process.stderr.count(MISSING)
    alive = not master.process.has_ended
    master.process.signal(SIGTERM)
    ended = master.event("quit", 180)
    facts = {"joined": True, "alive": alive, "missing": missing, "counted": ended["requests"]}
    return {"cpu_percent": round(percent, 1), "memory_mb": round(memory / 1e6), **facts, **found}


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    figures_of = ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("tool", "workers", "entries"))
    print(f"{row['tool']:8} {row['workers']} workers x {row['entries']} entries: {figures_of}", flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
