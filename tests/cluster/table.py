"""`make cluster`: the pairing table and the fault table. The exit code says whether a row of rlocust's is wrong.

Real Locust plays the same faults beside, to show where the two differ; what it does wrong is no failure of ours.
Arguments: RUNS of each pairing (20), and the names of pairings or faults, where only some are wanted.
"""

import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import pairings
from tests.cluster.faults.listed import FAULTS
from tests.cluster.faults.scene import Fault, Scene
from tests.cluster.pairings import PAIRINGS, Pairing
from tests.kit.targets import Target, demo_server
from tests.kit.tools import LOCUST, RLOCUST, Tool

SECONDS = 5  # of a run in a pairing
LIMIT = 300  # seconds for one fault: what hangs longer does not hold


class TooLong(Exception):
    """Not an OSError, which faults expect."""


def main(runs: int, *wanted: str) -> int:
    def is_wanted(name: str) -> bool:
        return not wanted or any(word in name for word in wanted)

    with demo_server() as target:
        wrong = pairing_table([pairing for pairing in PAIRINGS if is_wanted(str(pairing))], runs, target)
        wrong += fault_table([fault for fault in FAULTS if is_wanted(str(fault))], target)
    print(f"{wrong} rows are wrong" if wrong else "all rows are right")
    return int(wrong > 0)


def pairing_table(pairs: list[Pairing], runs: int, target: Target) -> int:
    """Every second run is cut, the others finish their tasks."""
    wrong = 0
    print(f"{'pairing':48} {'right':>8}  what was wrong, in how many runs", flush=True)
    for pairing in pairs:
        complaints: Counter[str] = Counter()
        right = 0
        for number in range(runs):
            with tempfile.TemporaryDirectory() as folder, shown_errors(complaints):
                verdict = pairings.run(pairing, target, Path(folder), SECONDS, is_cut=number % 2 == 1)
                found = {what: text for what, text in verdict.items() if text}
                complaints.update(found.keys())
                right += not found
                for what, text in found.items():
                    print(f"  run {number}, {what}: {text[:300]}", file=sys.stderr)
        wrong += right < runs and RLOCUST in (pairing.master, *pairing.workers)
        said = ", ".join(f"{what} {times}" for what, times in complaints.items())
        print(f"{pairing!s:48} {right:>3} of {runs}  {said}", flush=True)
    return wrong


@contextmanager
def shown_errors(complaints: Counter[str]) -> Iterator[None]:
    try:
        yield
    except (AssertionError, OSError) as error:
        complaints["a run that did not end well"] += 1
        print(f"  {error!s:.2000}", file=sys.stderr)


def fault_table(faults: list[Fault], target: Target) -> int:
    wrong = 0
    for fault in faults:
        print(f"\n{fault.name}: {fault.holds}", flush=True)
        for tool in (RLOCUST, LOCUST):
            holds, said, took = played(fault, tool, target)
            wrong += tool is RLOCUST and not holds
            print(f"  {tool!s:8} {'holds' if holds else 'DOES NOT HOLD'}, {took:.0f} s: {said}", flush=True)
    return wrong


def played(fault: Fault, tool: Tool, target: Target) -> tuple[bool, str, float]:
    def too_long(*_: object) -> None:
        raise TooLong(f"not over after {LIMIT} s")

    signal.signal(signal.SIGALRM, too_long)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            signal.alarm(LIMIT)
            said, holds = fault.play(Scene(tool, tool, target, Path(folder))), True
        except (AssertionError, OSError, TooLong) as error:
            said, holds = str(error).partition("\n")[0][:200], False
        finally:
            signal.alarm(0)
    return holds, said, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, *sys.argv[2:]))
