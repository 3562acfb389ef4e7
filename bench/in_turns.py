"""Programs that take turns, and what a request of each costs: for users whose connections are no HTTP calls."""

import statistics
import time
from collections.abc import Callable, Iterable

from bench import figures
from bench.readings import read_process, rss_kib, split_by_thread
from tests.kit.places import ROOT

Row = dict[str, float]


def compared(
    name: str, programs: Iterable[str], pair: tuple[str, str], rounds: int, users: int, measured: Callable[[str], Row]
) -> tuple[float, dict[str, Row]]:
    """How many times the CPU of the pair's first its second takes (median of the rounds), and each program's medians,
    which are saved under the name of the benchmark."""
    seen = [{program: measured(program) for program in programs} for _ in range(rounds)]
    rows = {program: _medians([one[program] for one in seen]) for program in seen[0]}
    ours, theirs = pair
    ratios = [one[theirs]["cpu_us"] / one[ours]["cpu_us"] for one in seen]
    ratio = round(statistics.median(ratios), 1)
    print(f"{theirs} / {ours}: {ratio} ({', '.join(f'{each:.1f}' for each in ratios)})")
    data = {"machine": figures.machine(), "commit": figures.commit(), "users": users, "rows": rows, "ratio": ratio}
    print(f"written: {figures.save(name, data).relative_to(ROOT)}")
    return ratio, rows


def _medians(rows: list[Row]) -> Row:
    return {key: round(statistics.median(row[key] for row in rows), 1) for key in rows[0]}


def cost_of_each(what: str, pid: int, count: Callable[[], int], seconds: float, users: int) -> Row:
    """CPU microseconds of the whole generator for each of what is counted, by kind of thread, and its memory."""
    before, counted = read_process(pid), count()
    time.sleep(seconds)
    after, done = read_process(pid), count() - counted
    spent = split_by_thread(before, after)
    # By the scheduler's clock: the process's own account counts ticks, which short turns slip through.
    row = {f"{what}_per_s": done / (after.at - before.at), "cpu_us": 1e6 * sum(spent.values()) / done}
    row["io_us"] = 1e6 * spent.get("rlocust-io", 0.0) / done
    row["rss_kib_per_user"] = rss_kib(pid) / users
    return row
