"""Rows of one kind: a tuple, and a data frame or an Arrow table where pandas or pyarrow is installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar


class Row(Protocol):
    def row(self) -> dict[str, Any]:
        """Plain values by column."""


R = TypeVar("R", bound=Row)


class Table(tuple[R, ...], Generic[R]):
    """All rows have the same columns."""

    __slots__ = ()

    def __new__(cls, rows: Iterable[R] = ()) -> Table[R]:
        return super().__new__(cls, tuple(rows))

    def rows(self) -> list[dict[str, Any]]:
        return [each.row() for each in self]

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`; pandas must be installed."""
        import pandas

        return pandas.DataFrame(self.rows())

    def to_arrow(self) -> Any:
        """A `pyarrow.Table`; pyarrow must be installed."""
        import pyarrow

        return pyarrow.Table.from_pylist(self.rows())
