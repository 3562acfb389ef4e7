"""`python -m tests.differential.diff`: every locustfile under real Locust and under rlocust, live.

--replay    expected outcomes from the records instead of from real Locust
--self      real Locust against itself: what varies between two of its own runs
--record    write the records anew from real Locust
--stale     only those whose record is of an earlier locustfile
NAME ...    only these (`faults-fast`, or `faults` for all its variants)
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.differential.lab import scripts, tools
from tests.kit.tools import LOCUST, RLOCUST


def compare(
    case: scripts.Case, how: argparse.Namespace, allowed: list[scripts.Permit], lab: tools.LabServer
) -> scripts.Comparison:
    """Both programs, one after the other."""
    began = time.monotonic()
    expected = scripts.read_record(case) if how.replay else scripts.run(case, LOCUST, lab)
    got = scripts.run(case, LOCUST if how.self else RLOCUST, lab)
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
    parser.add_argument("--stale", action="store_true")
    how = parser.parse_args()
    chosen = scripts.older_than_their_files() if how.stale else scripts.cases()
    chosen = [case for case in chosen if not how.names or case.name in how.names or case.path.stem in how.names]
    with tools.lab_server() as lab:
        if how.record:
            tools.must_be_real_locust()
            for case in chosen:
                scripts.write_record(case, lab)
                print(f"recorded {case.name}", flush=True)
            return 0
        allowed = scripts.permits()
        results = []
        for case in chosen:
            results.append(compare(case, how, allowed, lab))
            show(results[-1])
    for permit in allowed:
        if not how.names and not how.stale and not how.self and not any(permit in result.used for result in results):
            print(f"allowed but not needed: {permit.script} {permit.section}: {permit.because}")
    same = sum(result.is_same for result in results)
    listed = sum(result.is_same and bool(result.listed) for result in results)
    print(f"same {same} of {len(results)} ({listed} of them with listed differences)")
    return 0 if same == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
