"""`make mutants`: operators of the engine changed one by one, and which changes no Rust test sees.

A sample is drawn by its seed, at most one change in a file; `SAMPLE=all` takes every change, whole functions
replaced by a value included, and `FILES=crates/http/src/cookies` only the files whose path begins so. The tests beside
the code come first, of them the slow ones later; `tests/engine` gets what they let pass: a fault is to be shown on the
lowest floor that can show it.

All happens in a copy below `target`, so that an end before its time leaves no change behind; its builds stay.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "target" / "mutants"
COPY = PLACE / "tree"
OPERATORS = {"BinaryOperator", "UnaryOperator", "MatchArmGuard"}
#: Budgets of time: what a loaded machine fails would count as caught.
BUDGETS = "costs::"
#: Of tests beside the code, those that take longer than all others together.
SLOW = ["compare::simulation::", "a_jar_keeps_the_last_3000_cookies"]
#: What cargo runs for each floor, and what of it.
FLOORS = {
    "beside the code": ("--lib", [f"--skip={name}" for name in SLOW]),
    "beside the code, slow": ("--lib", SLOW),
    "tests/engine": ("--test=engine", []),
}
#: Which packages' tests a floor runs: the changed one's, or those of the package that `tests/engine` belongs to.
PACKAGES = {"tests/engine": ["--test-package=rlocust-engine"]}
WANTED = 0.85
ENVIRONMENT = os.environ | {
    "CARGO_TARGET_DIR": str(PLACE / "target"),  # of its own: cargo takes the copy for the tree that it was made of
    "PYO3_PYTHON": "/does/not/exist",
    "PROPTEST_DISABLE_FAILURE_PERSISTENCE": "true",
}


@dataclass
class Found:
    """Names of changes, by what became of them."""

    caught: dict[str, list[str]]
    by_time: list[str]
    missed: list[str]

    @property
    def judged(self) -> int:
        return sum(map(len, self.caught.values())) + len(self.missed)


def copy_tree() -> None:
    """What differs is written anew, so that cargo builds it again."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True)
    names = [name for name in listed.split("\0") if (ROOT / name).is_file()]
    for name in names:
        content, copy = (ROOT / name).read_bytes(), COPY / name
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
    for gone in {str(file.relative_to(COPY)) for file in COPY.rglob("*") if file.is_file()} - set(names):
        (COPY / gone).unlink()


def cargo_mutants(*arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / ".ci" / "cargo-mutants"), "--workspace", *arguments]
    return subprocess.run(command, cwd=COPY, env=ENVIRONMENT, text=True, check=False, **how)


def all_changes(files: str) -> list[dict[str, Any]]:
    listed = cargo_mutants("--list", "--json", stdout=subprocess.PIPE)
    if listed.returncode:
        sys.exit(listed.returncode)
    return [change for change in json.loads(listed.stdout) if change["file"].startswith(tuple(files.split(",")))]


def one_in_a_file(changes: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """All that may be drawn, in the order of drawing."""
    drawn = [change for change in changes if change["genre"] in OPERATORS]
    random.Random(seed).shuffle(drawn)
    first: dict[str, dict[str, Any]] = {}
    for change in drawn:
        first.setdefault(change["file"], change)
    return list(first.values())


def diff_of(names: list[str]) -> str:
    """A diff that adds just the lines with these changes: fields of structs, which cargo-mutants tries in whole files
    whatever `--re` says, are then those of these lines at most."""
    lines: dict[str, set[int]] = {}
    for name in names:
        file, line, _ = name.split(":", 2)
        lines.setdefault(file, set()).add(int(line))
    hunks = []
    for file, wanted in lines.items():
        text = (COPY / file).read_text().splitlines()
        hunks += [f"--- a/{file}", f"+++ b/{file}"]
        for added, line in enumerate(sorted(wanted)):
            hunks += [f"@@ -{line - 1 - added},0 +{line} @@", f"+{text[line - 1]}"]
    return "\n".join([*hunks, ""])


def run(names: list[str], floor: str) -> dict[str, str]:
    """What became of each, in the words of cargo-mutants."""
    target, tests = FLOORS[floor]
    place = PLACE / floor.replace("/", " ").replace(" ", "-").replace(",", "")
    place.mkdir(parents=True, exist_ok=True)
    (place / "lines.diff").write_text(diff_of(names))
    exact = [f"--re=^{re.escape(name)}$" for name in names]
    chosen = [f"--in-diff={place / 'lines.diff'}", f"--cargo-arg={target}", *exact]
    ended = cargo_mutants(
        *("--in-place", "--no-shuffle", f"--output={place}", *PACKAGES.get(floor, []), *chosen),
        *("--", "--", f"--skip={BUDGETS}", *tests),
    )
    if ended.returncode not in (0, 2, 3):  # all caught, some missed, some out of time
        sys.exit(ended.returncode)
    outcomes = json.loads((place / "mutants.out" / "outcomes.json").read_text())["outcomes"]
    return {
        outcome["scenario"]["Mutant"]["name"]: outcome["summary"]
        for outcome in outcomes
        if outcome["scenario"] != "Baseline"
    }


def judge(names: list[str], found: Found) -> None:
    for floor in FLOORS:
        if not names:
            break
        became = run(names, floor)
        by_time = [name for name in names if became[name] == "Timeout"]
        found.by_time += by_time
        found.caught.setdefault(floor, []).extend(by_time + [name for name in names if became[name] == "CaughtMutant"])
        names = [name for name in names if became[name] == "MissedMutant"]
    found.missed += names


def report(found: Found) -> None:
    caught = sum(map(len, found.caught.values()))
    floors = ", ".join(f"{len(names)} by tests {floor}" for floor, names in found.caught.items())
    share = caught / max(found.judged, 1)
    print(f"\n{found.judged} changes: {caught} caught ({floors}; {len(found.by_time)} by the time limit): {share:.0%}")
    for name in found.missed:
        print(f"missed: {name}")
    if share < WANTED:
        hint = "write the test that sees it; what changes nothing is listed in .cargo/mutants.toml"
        sys.exit(f"less than {WANTED:.0%} were caught\nhint: {hint}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", default="60")
    parser.add_argument("--seed", default="")
    parser.add_argument("--files", default="src,crates")
    options = parser.parse_args()
    copy_tree()
    changes = all_changes(options.files)
    found = Found({}, [], [])
    if options.sample == "all":
        judge([change["name"] for change in changes], found)
        return report(found)
    seed = int(options.seed or random.SystemRandom().randrange(1_000_000))
    waiting = [change["name"] for change in one_in_a_file(changes, seed)]
    wanted = min(int(options.sample), len(waiting))
    print(f"SEED={seed}: {wanted} of {len(waiting)} files with operators, {len(changes)} changes in all", flush=True)
    while found.judged < wanted and waiting:  # some do not compile
        lacking = wanted - found.judged
        judge(waiting[:lacking], found)
        waiting = waiting[lacking:]
    print(f"\nSEED={seed}")
    report(found)


if __name__ == "__main__":
    main()
