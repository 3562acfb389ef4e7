"""`python -m tests.differential.diff`: every locustfile under real Locust and under rlocust, live.

--replay    expected outcomes from the records instead of from real Locust
--self      real Locust against itself: what varies between two of its own runs
--record    write the records anew from real Locust
NAME ...    only these (`faults-fast`, or `faults` for all its variants)
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.differential.lab import scripts, tools
from tests.kit.tools import LOCUST, RLOCUST

JOBS = 2


def compare(case: scripts.Case, how: argparse.Namespace, allowed: list[scripts.Permit]) -> scripts.Comparison:
    began = time.monotonic()
    expected = scripts.read_record(case) if how.replay else scripts.run(case, LOCUST)
    got = scripts.run(case, LOCUST if how.self else RLOCUST)
    result = scripts.compare(case, expected, got, [] if how.self else allowed)
    result.took = time.monotonic() - began
    return result


def show(result: scripts.Comparison) -> None:
    word = "same" if result.is_same and not result.listed else "listed" if result.is_same else "DIFFERENT"
    print(f"{word:9} {result.case.name} ({result.took:.0f} s)", flush=True)
    for line in result.differences:
        print("    " + line.replace("\n", "\n      | "))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    group = parser.add_mutually_exclusive_group()
    for mode in ("replay", "self", "record"):
        group.add_argument(f"--{mode}", action="store_true", dest=mode)
    how = parser.parse_args()
    chosen = [c for c in scripts.cases() if not how.names or c.name in how.names or c.path.stem in how.names]
    with ThreadPoolExecutor(JOBS) as pool:
        if how.record:
            tools.must_be_real_locust()
            print(f"recorded {len(list(pool.map(scripts.write_record, chosen)))} runs of real Locust")
            return 0
        allowed = scripts.permits()
        results = []
        for result in pool.map(lambda case: compare(case, how, allowed), chosen):
            show(result)
            results.append(result)
    for permit in allowed:
        if not how.names and not how.self and not any(permit in result.used for result in results):
            print(f"allowed but not needed: {permit.script} {permit.section}: {permit.because}")
    same = sum(result.is_same for result in results)
    listed = sum(result.is_same and bool(result.listed) for result in results)
    print(f"same {same} of {len(results)} ({listed} of them with listed differences)")
    return 0 if same == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
