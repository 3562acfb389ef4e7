"""Streamed answers of a run: how much came, and their figures, distributions of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from ._histogram import Histogram

#: What the summary writes behind a figure's name, and what it is counted in.
UNITS = {"_ms": "ms", "_per_s": "tokens/s"}
COUNTS = ("streams", "events", "reconnections", "tokens")
VALUES = ("mean", "min", "max", "p50", "p75", "p90", "p95", "p98", "p99", "p99.9", "p99.99")


@dataclass(frozen=True, slots=True)
class StreamFigure:
    """A figure of the streams of one name and method, as `PREFIX_streams.csv` calls it: `first_token`, `gap` …"""

    method: str
    name: str
    figure: str
    #: `ms`; of `token_rate` `tokens/s`
    unit: str
    count: int
    #: `mean`, `min`, `max`, `p50` … `p99.99`, in the unit
    values: dict[str, float | None]
    #: Of all values in thousandths of the unit: microseconds, thousandths of a token a second.
    histogram: Histogram

    @classmethod
    def read(cls, stream: dict[str, Any], key: str, spread: dict[str, Any]) -> StreamFigure:
        suffix = next(suffix for suffix in UNITS if key.endswith(suffix))
        return cls(
            method=stream["method"],
            name=stream["name"],
            figure=key.removesuffix(suffix),
            unit=UNITS[suffix],
            count=spread["count"],
            values={name: spread.get(name) for name in VALUES},
            histogram=Histogram.from_base64(spread["histogram"]),
        )

    #: Of `row`.
    COLUMNS: ClassVar = ("method", "name", "figure", "unit", "count", *VALUES)

    def row(self) -> dict[str, Any]:
        return {name: self.values[name] if name in VALUES else getattr(self, name) for name in self.COLUMNS}


@dataclass(frozen=True, slots=True)
class Stream:
    """The streamed answers of one name and method."""

    method: str
    name: str
    streams: int
    events: int
    reconnections: int
    tokens: int
    #: By name; what was not measured is missing.
    figures: dict[str, StreamFigure] = field(repr=False)

    @classmethod
    def read(cls, stream: dict[str, Any]) -> Stream:
        figures = (StreamFigure.read(stream, key, spread) for key, spread in stream["figures"].items())
        counts = {name: stream[name] for name in COUNTS}
        return cls(stream["method"], stream["name"], **counts, figures={each.figure: each for each in figures})

    #: Of `row`.
    COLUMNS: ClassVar = ("method", "name", *COUNTS)

    def row(self) -> dict[str, Any]:
        """How much came; the figures have rows of their own, in `Run.stream_figures`."""
        return {name: getattr(self, name) for name in self.COLUMNS}
