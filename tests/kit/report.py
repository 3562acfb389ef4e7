"""Reads the tables a run prints at its end: requests, percentiles, errors. Tests ask it for rows by name."""

import re
from dataclasses import dataclass, field

REQUESTS = "Type     Name "
PERCENTILES = "Response time percentiles (approximated)"
ERRORS = "Error report"
ROW = re.compile(
    r"^(?P<method>\S*) +(?P<name>\S.*?|) +(?P<requests>\d+) +(?P<failures>\d+)\((?P<ratio>[\d.]+)%\) \|"
    r" *(?P<average>\d+) +(?P<shortest>\d+) +(?P<longest>\d+) *(?P<median>\d+) \|"
    r" +(?P<rate>[\d.]+) +(?P<failure_rate>[\d.]+)$"
)


@dataclass(frozen=True)
class Row:
    requests: int
    failures: int
    average: int
    shortest: int
    longest: int
    median: int
    rate: float
    failure_rate: float


@dataclass
class Report:
    """Rows by (method, name), without the total; percentiles the same; errors by (method and name, text)."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    total: Row | None = None
    percentiles: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "Report":
        """The last tables in the text: the ones printed at the end of the run."""
        report = cls()
        lines = text.splitlines()
        headers = [number for number, line in enumerate(lines) if line.startswith(REQUESTS) and "# fails" in line]
        if not headers:
            raise AssertionError(f"no request table in:\n{text}")
        lines = lines[headers[-1] :]
        report._read_requests(lines)
        report._read_percentiles(_table_after(lines, PERCENTILES))
        report._read_errors(_table_after(lines, ERRORS))
        return report

    def _read_requests(self, lines: list[str]) -> None:
        for line in lines[1:]:
            if not line.strip() or line == PERCENTILES:
                return
            if found := ROW.match(line):
                row = _row(found)
                if found["name"] == "Aggregated" and not found["method"]:
                    self.total = row
                else:
                    self.rows[found["method"], found["name"]] = row
            elif set(line) != {"-", "|"}:
                raise AssertionError(f"not a row of the request table: {line!r}")

    def _read_percentiles(self, lines: list[str]) -> None:
        for line in lines:
            if line.startswith(REQUESTS) or set(line) == {"-", "|"}:
                continue
            *start, requests = line.rsplit(maxsplit=12)
            head, figures = start[0], start[1:]
            method, _, name = head.partition(" ")
            self.percentiles[method, name.strip()] = [*map(int, figures), int(requests)]

    def _read_errors(self, lines: list[str]) -> None:
        for line in lines:
            if line.startswith("# occurrences") or set(line) == {"-", "|"}:
                continue
            count, text = line.split(maxsplit=1)
            self.errors[text.rstrip()] = int(count)

    @property
    def counts(self) -> dict[str, int]:
        """Requests by `METHOD name`."""
        return {f"{method} {name}": row.requests for (method, name), row in self.rows.items()}

    @property
    def failures(self) -> dict[str, int]:
        """Failures by `METHOD name`, rows without any left out."""
        return {f"{method} {name}": row.failures for (method, name), row in self.rows.items() if row.failures}

    @property
    def names(self) -> set[str]:
        return set(self.counts)


def _row(found: re.Match[str]) -> Row:
    return Row(
        requests=int(found["requests"]),
        failures=int(found["failures"]),
        average=int(found["average"]),
        shortest=int(found["shortest"]),
        longest=int(found["longest"]),
        median=int(found["median"]),
        rate=float(found["rate"]),
        failure_rate=float(found["failure_rate"]),
    )


def _table_after(lines: list[str], title: str) -> list[str]:
    if title not in lines:
        return []
    table = []
    for line in lines[lines.index(title) + 1 :]:
        if not line.strip():
            break
        table.append(line)
    return table
