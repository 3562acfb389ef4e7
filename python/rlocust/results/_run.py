"""One run, read from its result store or its summary."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from rlocust import _native

from ._histogram import Histogram
from ._streams import Stream, StreamFigure
from ._table import Table

STORE = b"rlocust-store"
SCHEMA, VERSION = "rlocust-summary", 1
PERCENTILES = ("p50", "p75", "p90", "p95", "p98", "p99", "p99.9", "p99.99")


@dataclass(frozen=True, slots=True)
class Spread:
    """Times of one kind: their number, mean and percentiles in milliseconds, and all of them."""

    count: int
    ms: dict[str, float | None]
    histogram: Histogram

    @classmethod
    def read(cls, spread: dict[str, Any]) -> Spread:
        rest = {name: value for name, value in spread.items() if name not in ("count", "histogram")}
        return cls(spread["count"], rest, Histogram.from_base64(spread["histogram"]))


@dataclass(frozen=True, slots=True)
class Entry:
    """The requests of one name and method."""

    method: str
    name: str
    requests: int
    failures: int
    requests_without_time: int
    requests_per_s: float
    failures_per_s: float
    content_bytes: float
    #: `mean`, `min`, `max`, `p50` … `p99.99`
    response_time_ms: dict[str, float | None]
    histogram: Histogram
    phases: dict[str, Spread] = field(default_factory=dict)

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Entry:
        return cls(
            method=entry["method"],
            name=entry["name"],
            requests=entry["requests"],
            failures=entry["failures"],
            requests_without_time=entry["requests_without_time"],
            requests_per_s=entry["requests_per_s"],
            failures_per_s=entry["failures_per_s"],
            content_bytes=entry["content_bytes"]["total"],
            response_time_ms=entry["response_time_ms"],
            histogram=Histogram.from_base64(entry["histogram"]),
            phases={name: Spread.read(spread) for name, spread in entry["phases"].items()},
        )

    @property
    def fail_ratio(self) -> float:
        return self.failures / self.requests if self.requests else 0.0

    def row(self) -> dict[str, Any]:
        counts = ("method", "name", "requests", "failures", "requests_without_time")
        rates = ("requests_per_s", "failures_per_s", "content_bytes")
        times = {f"{name}_ms": self.response_time_ms.get(name) for name in ("mean", "min", "max", *PERCENTILES)}
        return {name: getattr(self, name) for name in counts + rates} | {"fail_ratio": self.fail_ratio} | times


Named = TypeVar("Named", Entry, Stream)


@dataclass(frozen=True, slots=True)
class Error:
    """Failures of one kind."""

    method: str
    name: str
    error: str
    occurrences: int
    first_seen: float
    last_seen: float

    #: Of `row`.
    COLUMNS: ClassVar = ("method", "name", "error", "occurrences", "first_seen", "last_seen")

    def row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.COLUMNS}


@dataclass(frozen=True, slots=True)
class Second:
    """What happened in one interval of the run, by the columns of `docs/summary.md`."""

    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def row(self) -> dict[str, Any]:
        return dict(self.values)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that is known of a run. `document` is the summary itself, with what has no field here."""

    path: Path
    started_at: datetime
    ended_at: datetime
    duration_s: float
    state: str
    #: None where the run has no end: it was killed.
    exit_code: int | None
    facts: dict[str, Any]
    total: Entry
    entries: Table[Entry]
    streams: Table[Stream]
    errors: Table[Error]
    series: Table[Second]
    lag: dict[str, Spread]
    document: dict[str, Any] = field(repr=False)

    def entry(self, name: str, method: str | None = None) -> Entry:
        """The entry of a name; the method is needed where the name has several."""
        return _only(self.entries, "entries", name, method)

    def stream(self, name: str, method: str | None = None) -> Stream:
        """The streamed answers of a name; the method is needed where the name has several."""
        return _only(self.streams, "streams", name, method)

    @property
    def stream_figures(self) -> Table[StreamFigure]:
        """A row for each figure that was measured, as in `PREFIX_streams.csv`."""
        return Table(figure for stream in self.streams for figure in stream.figures.values())


def _only(rows: Table[Named], kind: str, name: str, method: str | None) -> Named:
    found = [each for each in rows if each.name == name and method in (None, each.method)]
    if len(found) != 1:
        asked = name if method is None else f"{method} {name}"
        raise KeyError(f"{len(found)} {kind} are called {asked!r}")
    return found[0]


def load(path: str | os.PathLike[str]) -> Run:
    """The run of a file that `--store` or `--summary-json` wrote.

    Raises OSError where there is no such file, and ValueError, which names it, where it is neither or is damaged.
    """
    document = _document(Path(path))
    if document.get("schema") != SCHEMA:
        raise ValueError(f"`{path}` is neither a result store nor a summary")
    try:
        version = int(document["version"])
        if version <= VERSION:
            return _run(Path(path), document)
    except (AttributeError, LookupError, OverflowError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"`{path}` is a damaged summary: {type(error).__name__}: {error}") from error
    raise ValueError(f"`{path}` is a summary of version {version}; this rlocust reads {VERSION}")


def _run(path: Path, document: dict[str, Any]) -> Run:
    run, series = document["run"], document["series"]
    seconds = (Second(dict(zip(series["columns"], row, strict=True))) for row in series["rows"])
    errors = (Error(**{name: each[name] for name in Error.__slots__}) for each in document["errors"])
    return Run(
        path=path,
        started_at=datetime.fromisoformat(run["started_at"]),
        ended_at=datetime.fromisoformat(run["ended_at"]),
        duration_s=run["duration_s"],
        state=run["state"],
        exit_code=(document["conclusion"] or {}).get("exit_code"),
        facts=document["facts"],
        total=Entry.read(document["total"]),
        entries=Table(Entry.read(each) for each in document["entries"]),
        # Of versions before there were any, a summary has none.
        streams=Table(Stream.read(stream) for stream in document.get("streams", ())),
        errors=Table(errors),
        series=Table(seconds),
        lag={name: Spread.read(spread) for name, spread in document["lag"].items()},
        document=document,
    )


def _document(path: Path) -> dict[str, Any]:
    if kind := _kind_that_is_no_file(path):  # whose opening or reading might never end
        raise ValueError(f"`{path}` is a {kind}, not a file: write it to one first")
    with path.open("rb") as file:
        if file.read(len(STORE)) == STORE:
            return _summary_of_store(path)
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        document = None
    return document if isinstance(document, dict) else {}


def _kind_that_is_no_file(path: Path) -> str | None:
    mode = path.stat().st_mode
    kinds = ((stat.S_ISFIFO, "FIFO"), (stat.S_ISSOCK, "socket"), (stat.S_ISCHR, "device"), (stat.S_ISBLK, "device"))
    return next((kind for is_kind, kind in kinds if is_kind(mode)), None)


def _summary_of_store(path: Path) -> dict[str, Any]:
    """As `rlocust report` makes it. What a store lacks at its end (the run was killed) is no error."""
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.json"
        arguments = ["report", str(path), "--summary-json", str(summary)]
        made = _native.cli_subcommand("rlocust", arguments)
        if not summary.exists():
            raise ValueError("; ".join((made or {})["errors"]))
        return dict(json.loads(summary.read_bytes()))
