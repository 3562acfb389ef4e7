"""`python -m tests.differential.failures`: the failure table, rlocust against the record of real Locust.

--live      take the expected side from real Locust now instead of from the record
--self      compare real Locust with itself: shows what varies between two of its own runs
--record    write the record anew from real Locust
PART ...    only cases whose name holds one of these
"""

from __future__ import annotations

import sys

from tests.differential.lab import arguments, failures, tools
from tests.kit.tools import LOCUST, RLOCUST


def main() -> int:
    asked = arguments.parse(__doc__, "parts")
    if asked.record:
        tools.must_be_real_locust()
        print(f"recorded {failures.write_record()} cases from real Locust")
        return 0
    live = asked.live or asked.self
    expected = failures.take(LOCUST, asked.parts) if live else failures.read_record()
    if asked.parts:
        expected = {name: case for name, case in expected.items() if any(part in name for part in asked.parts)}
    tool = LOCUST if asked.self else RLOCUST
    got = failures.take(tool, asked.parts)
    compared = failures.settle(tool, expected, got, [] if asked.self else failures.listed_cases())
    stale = [] if asked.parts else [f"no longer different: {case}" for case in compared.stale]
    print("\n".join([*compared.report, *stale, f"failures: {compared.summary}"]))
    return 1 if compared.different else 0


if __name__ == "__main__":
    sys.exit(main())
