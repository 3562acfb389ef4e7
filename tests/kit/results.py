"""Files of results, read: rows of a CSV file by column, and the totals of each kind of output in one shape."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("stats", "stats_history", "failures", "exceptions")

#: (method, name) to (requests, failures)
Totals = dict[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    header: list[str]
    rows: list[dict[str, str]]

    @classmethod
    def read(cls, path: Path) -> "Sheet":
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        return cls(header, [dict(zip(header, row, strict=True)) for row in rows])


def of_csv(prefix: Path) -> Totals:
    rows = Sheet.read(Path(f"{prefix}_stats.csv")).rows
    return {
        (row["Type"], row["Name"]): (int(row["Request Count"]), int(row["Failure Count"]))
        for row in rows
        if row["Name"] != "Aggregated"
    }


def of_json(text: str) -> Totals:
    entries = json.loads(text)
    return {(entry["method"], entry["name"]): (entry["num_requests"], entry["num_failures"]) for entry in entries}


def of_summary(summary: dict[str, Any]) -> Totals:
    return {(entry["method"], entry["name"]): (entry["requests"], entry["failures"]) for entry in summary["entries"]}
