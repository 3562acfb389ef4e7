"""The compatibility score, printed at the end of `make compat`: rows done, names importable, scripts the same.

Rows are counted in the table of docs/contract/rows.md, whose claims the tests of this folder hold. Scripts are run by
rlocust and compared with the records of real Locust; `--no-scripts` leaves them out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

from tests.kit.places import ROOT

ROW = re.compile(r"^\| \d+ \| [^|]+ \| (done|partly|not yet)", re.MULTILINE)


def rows() -> str:
    page = (ROOT / "docs" / "contract" / "rows.md").read_text()
    table = page.partition("<!-- rows:begin -->")[2].partition("<!-- rows:end -->")[0]
    states = Counter(ROW.findall(table))
    total = len(re.findall(r"^\| \d+ \|", table, re.MULTILINE))
    assert states.total() == total, "a row of the table is neither done, partly nor not yet"
    return f"{states['done']} of {total} ({states['partly']} partly, {states['not yet']} not yet)"


def names() -> str:
    from tests.compat.module import test_names

    return test_names.score()


def scripts() -> str:
    command = [sys.executable, "-m", "tests.differential.diff", "--replay"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout.splitlines()
    for line in said:
        if line.startswith("DIFFERENT"):
            print(line)
    found = re.search(r"same (\d+ of \d+.*)", said[-1] if said else "")
    return found[1] if found else f"not counted: {done.stderr.strip()[-300:]}"


def main() -> None:
    print(f"rows done:             {rows()}")
    print(f"names importable:      {names()}", flush=True)
    if "--no-scripts" not in sys.argv:
        print(f"differential scripts:  {scripts()}")


if __name__ == "__main__":
    main()
