"""`python -m tests.differential.failures`: the failure table, rlocust against the record of real Locust.

--live      take the expected side from real Locust now instead of from the record
--self      compare real Locust with itself: shows what varies between two of its own runs
--record    write the record anew from real Locust
PART ...    only cases whose name holds one of these; the digest of a record tells when all must be recorded
"""

from __future__ import annotations

import sys

from tests.differential.lab import arguments, failures, tools
from tests.kit.tools import LOCUST, RLOCUST


def main() -> int:
    asked = arguments.parse(__doc__, "parts")
    wanted = failures.names(asked.parts)
    if asked.record:
        tools.must_be_real_locust()
        print(f"recorded {failures.write_record(wanted)} cases from real Locust")
        return 0
    recorded = failures.read_record()
    expected = failures.take(LOCUST, wanted) if asked.live or asked.self else {name: recorded[name] for name in wanted}
    got = failures.take(LOCUST if asked.self else RLOCUST, wanted)
    compared = failures.compare(expected, got, [] if asked.self else failures.listed_cases())
    stale = [] if asked.parts else [f"no longer different: {case}" for case in compared.stale]
    print("\n".join([*compared.report, *stale, f"failures: {compared.summary}"]))
    return 1 if compared.different else 0


if __name__ == "__main__":
    sys.exit(main())
