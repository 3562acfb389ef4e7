"""`python -m tests.differential.wire`: rlocust's bytes against the record of real Locust's.

--live      take the expected bytes from real Locust now instead of from the record
--self      compare real Locust with itself: shows what varies between two of its own runs
--record    write the record anew from real Locust
FORM ...    only these forms
"""

from __future__ import annotations

import sys

from tests.differential.lab import arguments, tools, wire
from tests.kit.tools import LOCUST, RLOCUST


def main() -> int:
    asked = arguments.parse(__doc__, "forms")
    if asked.record:
        tools.must_be_real_locust()
        print(f"recorded {wire.write_record()} forms from real Locust")
        return 0
    under_test = LOCUST if asked.self else RLOCUST
    live = asked.live or asked.self
    expected = wire.take(LOCUST, asked.forms) if live else wire.read_record(tools.versions(RLOCUST))
    if asked.forms:
        expected = {name: form for name, form in expected.items() if name.split("/")[1] in asked.forms}
    compared = wire.compare(expected, wire.take(under_test, asked.forms), {} if asked.self else wire.listed_forms())
    stale = [f"no longer different: {form}" for form in compared.stale]
    note = [] if live else wire.version_note(tools.versions(RLOCUST))
    print("\n".join([*compared.report, *stale, *note, compared.summary]))
    return 1 if compared.different else 0


if __name__ == "__main__":
    sys.exit(main())
