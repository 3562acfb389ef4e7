"""The key ratios of every whole sitting of `make bench`, one line each in bench/results/history.jsonl.

`python -m bench.history` prints the last ones side by side and says which ratio of the newest is worse by more than a
tenth than the median of those before it. Only sittings of one kind of machine are compared: ratios depend on it, too.
"""

import json
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import RESULTS, commit
from bench.render import middle, quotient

FILE = RESULTS / "history.jsonl"
SHOWN = 6  # sittings
WORSE = 0.1
CLIENTS = ("HttpUser", "FastHttpUser")
#: Kind of request in the data -> what the history calls it.
KINDS = {"GET": "plain", "realistic": "realistic", "a listener": "listener", "HTTPS": "HTTPS", "1 MB body": "1 MB"}
#: Of these the larger is the better; of all others the smaller.
GAINS = "Locust / ours"
Line = dict[str, Any]


def main() -> None:
    lines = of_machine(read(FILE))[-SHOWN:]
    if not lines:
        raise SystemExit("no sitting is in the history yet\nhint: make bench")
    print("\n".join(table(lines)))
    print("\n".join(worse(lines)) or "no ratio is worse by more than a tenth")


def append(data: dict[str, Any], path: Path = FILE) -> None:
    """What a sitting adds."""
    with path.open("a") as file:
        file.write(json.dumps(line_of(data, commit())) + "\n")


def line_of(data: dict[str, Any], commit: str) -> Line:
    machine = data["machine"]
    return {
        "date": machine["date"],
        "commit": commit,
        "machine": f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}",
        "ratios": ratios(data),
    }


def ratios(data: dict[str, Any]) -> dict[str, float]:
    """By name, without what was not measured. wrk asks plain GETs only: those by 100 connections are the unit."""
    found: dict[str, float | None] = {}
    wrk = [row for row in data["cpu"] if row["variant"] == "wrk" and row["users"] == 100]
    for kind, shown in KINDS.items():
        rows = of_kind(data, kind)
        for client in CLIENTS:
            ours = [row for row in rows if row["variant"] == f"rlocust {client}"]
            theirs = [row for row in rows if row["variant"] == f"Locust {client}"]
            found[f"{GAINS}, {shown}, {client}"] = quotient(theirs, ours)
            found[f"ours / wrk, {shown}, {client}"] = quotient(ours, wrk)
    for client in CLIENTS:
        found[f"KiB per user, {client}"] = middle(data["idle"], "kib_per_user", variant=f"rlocust {client}")
    return {name: round(value, 2) for name, value in found.items() if value is not None}


def of_kind(data: dict[str, Any], kind: str) -> list[Line]:
    if kind == "GET":
        return [row for row in data["cpu"] if row["users"] == 100]
    return [row for row in data["loads"] if row["load"] == kind]


def read(path: Path) -> list[Line]:
    """The oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def of_machine(lines: list[Line]) -> list[Line]:
    """The newest, and those before it that are comparable."""
    return [line for line in lines if line["machine"] == lines[-1]["machine"]] if lines else []


def table(lines: list[Line]) -> list[str]:
    """A column for each sitting, a row for each ratio."""
    names = list(dict.fromkeys(name for line in lines for name in line["ratios"]))
    width = max(map(len, names), default=0)

    def row(head: str, cells: list[str]) -> str:
        return f"{head:{width}}" + "".join(f"{cell:>12}" for cell in cells)

    def shown(line: Line, name: str) -> str:
        value = line["ratios"].get(name)
        return "-" if value is None else f"{value:.2f}"

    heads = [row(lines[-1]["machine"], [])] + [row("", [line[key] for line in lines]) for key in ("date", "commit")]
    return heads + [row(name, [shown(line, name) for line in lines]) for name in names]


def worse(lines: list[Line]) -> list[str]:
    """One sentence for each ratio of the newest that has got worse."""
    *before, newest = lines
    said = []
    for name, now in newest["ratios"].items():
        earlier = [line["ratios"][name] for line in before if line["ratios"].get(name)]
        if not earlier:
            continue
        usual = median(earlier)
        change = now / usual - 1
        if (-change if name.startswith(GAINS) else change) > WORSE:
            said.append(f"worse: {name}: {now:.2f}, {usual:.2f} before ({change:+.0%})")
    return said


if __name__ == "__main__":
    main()
