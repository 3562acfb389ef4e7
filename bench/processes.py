"""`python -m bench.processes`: requests a second of `--processes 2` against one process, and where the limit is.

On two cores, nginx and the master share them with the workers, as they would on such a machine: each row says what the
cores did and how much of it was the server's. Rounds are interleaved; figures are medians. BENCH_ROUNDS (3),
BENCH_SECONDS (8).
"""

import os
import statistics
import time

import psutil

from bench import figures, rig
from bench.nginx import Nginx, counting_nginx
from tests.kit.places import ROOT
from tests.kit.ports import free_port

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
USERS = 100
TOOLS = {"rlocust": rig.RLOCUST, "locust": rig.LOCUST}
VARIANTS = [(tool, kind, processes) for kind in ("Fast", "Http") for tool in TOOLS for processes in (1, 2)]


def main() -> None:
    rounds = [one_round() for _ in range(ROUNDS)]
    rows = []
    for place, (tool, kind, processes) in enumerate(VARIANTS):
        seen = [one[place] for one in rounds]
        middle = {key: round(statistics.median(row[key] for row in seen), 1) for key in seen[0]}
        rows.append({"tool": tool, "users": f"Plain{kind}", "processes": processes, **middle})
        print(", ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    path = figures.save("processes", {"machine": figures.machine(), "commit": figures.commit(), "rows": rows})
    print(f"written: {path.relative_to(ROOT)}")


def one_round() -> list[dict[str, float]]:
    return [measured(*variant) for variant in VARIANTS]


def measured(tool: str, kind: str, processes: int) -> dict[str, float]:
    with counting_nginx(core=None) as nginx:
        words = ["-f", str(ROOT / "bench" / "users.py"), "--headless", "--only-summary", "-H", nginx.url]
        words += ["-u", str(USERS), "-r", str(USERS), f"Plain{kind}"]
        if processes > 1:
            port = str(free_port())
            words += ["--processes", str(processes), "--master-bind-port", port, "--master-port", port]
        with rig.Generator(f"processes {tool} {kind} {processes}", [TOOLS[tool], *words], core=None) as load:
            load.event("spawning_complete")
            time.sleep(1)  # connections are made, caches are warm
            found = _over_a_while(nginx, load.pid)
            load.stop()
            return found


def _over_a_while(nginx: Nginx, pid: int) -> dict[str, float]:
    """Requests a second, and in percent of one core what the machine, nginx and each process of the tool took."""
    tool = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    servers = [process for process in psutil.process_iter() if process.name() == "nginx"]
    used, began, counted = _used(tool, servers), time.monotonic(), nginx.counted().requests
    time.sleep(SECONDS)
    took = time.monotonic() - began
    requests = nginx.counted().requests - counted
    percent = {key: 100 * (after - used[key]) / took for key, after in _used(tool, servers).items()}
    return {"requests_per_s": requests / took, **percent}


def _used(tool: list[psutil.Process], servers: list[psutil.Process]) -> dict[str, float]:
    machine = psutil.cpu_times()
    times = [_cpu(process) for process in tool]
    return {
        "cpu_parent": times[0],
        "cpu_busiest_child": max(times[1:], default=0.0),
        "cpu_nginx": sum(map(_cpu, servers)),
        "cpu_idle": machine.idle + machine.iowait,
    }


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
