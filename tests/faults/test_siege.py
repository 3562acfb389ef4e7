"""Hours of answers that nobody thought of, by both clients: no panic, no lost call, no growth without end.

A day of a run whose users get 20 answers a second is 1 728 000 answers; so many come at night, as fast as they can be
asked for, and a few thousand in every test run. SIEGE_SEED (a new one each time) is shown with what fails.
"""

import json
import os
import re
import secrets
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.places import ROOT, TESTS
from tests.kit.processes import Process, running
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import until

BESIEGED = TESTS / "faults" / "locustfiles" / "besieged.py"
SERVER = TESTS / "faults" / "mutating_server.py"
SEED = int(os.environ.get("SIEGE_SEED") or secrets.randbelow(1 << 32))
DAY = 20 * 86_400
SAMPLES = "ok", "failed", "failed_before_send", "unreported"
#: Of the process in memory, and of what is held in it.
MOST_GROWTH, MOST_GROWTH_HELD = 1.05, 1.02


@dataclass
class Siege:
    exit_code: int
    said: str
    calls: int
    summary: dict
    #: Bytes of its own that are in memory, each with its time in Unix seconds, at equal distances.
    resident: list[tuple[float, int]]
    #: Bytes that somebody holds, as the allocator says, at equal numbers of calls.
    held: list[int]


def besieged(folder: Path, calls: int, limit: float) -> Siege:
    print(f"SIEGE_SEED={SEED}")
    with running([sys.executable, "-m", "tests.faults.mutating_server", str(SEED)], ROOT) as server:
        server.wait_for("\n")
        load = ["--headless", "-u", "60", "-r", "60", "-H", server.stdout.strip(), "--max-body", "1MB"]
        files = ["--only-summary", "--summary-json", folder / "run.json", "--stop-timeout", "5"]
        env = {"SIEGE_CALLS": str(calls)}
        with started(RLOCUST, "-f", BESIEGED, *load, *files, cwd=folder, env=env) as process:
            resident: list[tuple[float, int]] = []
            until(
                "the run ends",
                lambda: process.has_ended or resident.append((time.time(), resident_of(process))),
                limit,
                0.2,
            )
            assert not server.has_ended, server.said
            made = re.search(r"calls: (\d+)", process.stdout)
            assert made, process.said[-3000:]
            held = [int(number) for number in re.findall(r"held: (\d+)", process.stdout)]
            summary = json.loads((folder / "run.json").read_text())
            return Siege(process.wait(), process.said, int(made[1]), summary, resident[:-1], held)


def resident_of(process: Process) -> int:
    """Without pages of files: how much of a library's code is mapped is the kernel's choice (7.5 MB of it came at once
    in the middle of a siege)."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        status = ""  # it has just ended
    own = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(own[1]) * 1024 if own else 0


def withstood(siege: Siege) -> None:
    """No panic, no exception, the code of a run with failures, and every call in the account once."""
    for word in "panicked", "report this bug", "Traceback", "stood still":
        assert word not in siege.said, around(word, siege.said)
    assert siege.exit_code == 1, siege.said[-3000:]
    account = siege.summary["accounting"]["samples"]
    assert sum(account[name] for name in SAMPLES) + account["cut"]["total"] == siege.calls, account
    for user in "One", "Two", "FastOne", "FastTwo":
        mine = [entry for entry in siege.summary["entries"] if entry["name"] == user]
        assert sum(entry["requests"] - entry["failures"] for entry in mine), f"nothing of {user} went well"
        assert sum(entry["failures"] for entry in mine), f"nothing of {user} went wrong"


def around(word: str, said: str) -> str:
    at = said.find(word)
    return said[max(at - 500, 0) : at + 3000]


def test_a_few_thousand_hostile_answers(tmp_path):
    withstood(besieged(tmp_path, 6000, 200))


def seconds_to_fill(siege: Siege) -> float:
    """Until the table of errors was full: ten thousand rows are kept by design, and are no leak."""
    full = [row["first_seen"] for row in siege.summary["errors"] if "different errors" in row["error"]]
    assert full, "too few answers: the table of errors is not full, and growth says nothing yet"
    return full[0] - siege.resident[0][0]


@pytest.mark.nightly
@pytest.mark.timeout(4 * 3600)
def test_a_day_of_hostile_answers(tmp_path):
    """What fills the table of errors fills the allocator's pages, too: those get the same time once more. Growth is
    measured from then to the end, which is as long again at least; of what is held, from the half."""
    calls = int(os.environ.get("SIEGE_ANSWERS") or DAY)
    siege = besieged(tmp_path, calls, 3 * 3600)
    withstood(siege)
    begun, filling = siege.resident[0][0], seconds_to_fill(siege)
    took = siege.resident[-1][0] - begun
    assert took > 4 * filling, f"too few answers: {took:.0f} s, and the table of errors took {filling:.0f} s to fill"
    resident = growth([size for at, size in siege.resident if at > begun + 2 * filling])
    held = growth(siege.held[len(siege.held) // 2 :])
    print(f"{calls} answers in {took:.0f} s, the table full after {filling:.0f} s: resident {resident}, held {held}")
    assert resident.factor < MOST_GROWTH
    assert held.factor < MOST_GROWTH_HELD


@dataclass
class Growth:
    """Medians of the first and of the last tenth."""

    first: float
    last: float

    @property
    def factor(self) -> float:
        return self.last / self.first

    def __str__(self) -> str:
        return f"{self.first / 1e6:.2f} MB, at the end {self.last / 1e6:.2f} MB"


def growth(course: list[int]) -> Growth:
    tenth = len(course) // 10
    return Growth(statistics.median(course[:tenth]), statistics.median(course[-tenth:]))
