"""What a process and the machine have used up, as the kernel accounts for it."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Reading:
    """What a process has used up at an instant."""

    at: float
    cpu: float  # seconds, user and system, all threads
    threads: dict[int, tuple[str, float]]  # thread id -> name, seconds on a core
    switches: int


def read_process(pid: int) -> Reading:
    folder = Path(f"/proc/{pid}")
    after_name = (folder / "stat").read_text().rpartition(")")[2].split()
    threads, switches = {}, 0
    for task in (folder / "task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            threads[int(task.name)] = (name, int((task / "schedstat").read_text().split()[0]) / 1e9)
            status = (task / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread ended meanwhile; its time is still in the process's account
        switches += sum(int(line.split()[1]) for line in status.splitlines() if "ctxt_switches" in line)
    return Reading(time.monotonic(), (int(after_name[11]) + int(after_name[12])) / TICKS, threads, switches)


class Stolen:
    """The share of the cores' time that the host of a virtual machine has kept for others since this was made."""

    def __init__(self) -> None:
        self.all, self.taken = self._read()

    @staticmethod
    def _read() -> tuple[int, int]:
        times = [int(number) for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(times), times[7]

    def share(self) -> float:
        everything, taken = self._read()
        return (taken - self.taken) / max(1, everything - self.all)


def rss_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def split_by_thread(first: Reading, last: Reading) -> dict[str, float]:
    """Seconds each kind of thread was on a core between two readings; threads of one name are one kind."""
    spent: dict[str, float] = {}
    for thread, (name, seconds) in last.threads.items():
        name = name.rstrip("0123456789-_")
        spent[name] = spent.get(name, 0.0) + seconds - first.threads.get(thread, (name, 0.0))[1]
    return spent
