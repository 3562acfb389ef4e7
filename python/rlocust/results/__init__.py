"""Results of a run for programs and notebooks: `load("run.store")`, or a file that `--summary-json` wrote.

    run = results.load("run.store")
    run.entry("/items", "GET").response_time_ms["p95"]
    run.series.to_pandas()          # or .to_arrow(); entries and errors have them, too
    run.entry("/items", "GET").histogram.values_us
    run.stream("chat").figures["first_token"].values["p95"]

What the figures mean is said in `docs/summary.md`; this is the same document as plain dataclasses.
"""

from ._histogram import Histogram
from ._run import Entry, Error, Run, Spread, load
from ._sqlite import to_sqlite
from ._streams import Stream, StreamFigure
from ._table import Table

__all__ = ["Entry", "Error", "Histogram", "Run", "Spread", "Stream", "StreamFigure", "Table", "load", "to_sqlite"]
