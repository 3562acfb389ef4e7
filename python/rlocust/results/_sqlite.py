"""Runs in an SQLite database, to which `rlocust report FILE --sqlite runs.db` adds one: runs, entries, series, errors,
streams and their figures.

A run that is in it already, by its start, its length and its machine, is written anew. Columns that a later version
knows are added to the tables, too.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from ._histogram import Histogram
from ._run import Entry, Error, Run
from ._streams import Stream, StreamFigure

#: Written into the database; another program's database is left alone.
APPLICATION = 0x726C6F63
TABLES = ("runs", "entries", "series", "errors", "streams", "stream_figures")


def to_sqlite(run: Run, database: str | os.PathLike[str]) -> int:
    """Adds a run; its number in the table `runs`. Raises ValueError where the file is something else's database."""
    with closing(sqlite3.connect(database)) as connection, connection:
        _claim(connection, database)
        number = _number_of(connection, run)
        _insert(connection, "runs", [_facts_of(run, number)])
        for table, rows, columns in (
            ("entries", _with_histograms((*run.entries, run.total)), ()),
            ("series", run.series.rows(), run.document["series"]["columns"]),
            ("errors", run.errors.rows(), Error.COLUMNS),
            ("streams", run.streams.rows(), Stream.COLUMNS),
            ("stream_figures", _with_histograms(run.stream_figures), (*StreamFigure.COLUMNS, "histogram")),
        ):
            _insert(connection, table, [{"run": number} | row for row in rows], ("run", *columns))
    return number


def _claim(connection: sqlite3.Connection, database: Any) -> None:
    try:
        claimed = connection.execute("PRAGMA application_id").fetchone()[0]
        is_empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise ValueError(f"`{database}` is no SQLite database: {error}") from error
    if claimed != APPLICATION and not is_empty:
        raise ValueError(f"`{database}` is another program's database")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")


def _number_of(connection: sqlite3.Connection, run: Run) -> int:
    """A new one, or that of the same run, whose rows are taken out."""
    if not _columns(connection, "runs"):
        return 1
    same = connection.execute(
        "SELECT run FROM runs WHERE started_at = ? AND duration_s = ? AND machine = ?",
        (run.started_at.isoformat(), run.duration_s, _machine(run)),
    ).fetchone()
    if same is None:
        return int(connection.execute("SELECT coalesce(max(run), 0) + 1 FROM runs").fetchone()[0])
    for table in TABLES:
        if _columns(connection, table):
            connection.execute(f"DELETE FROM {table} WHERE run = ?", same)
    return int(same[0])


def _facts_of(run: Run, number: int) -> dict[str, Any]:
    facts = {name: run.facts.get(name) for name in ("host", "locustfile", "rlocust", "locust", "python")}
    return {
        "run": number,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat(),
        "duration_s": run.duration_s,
        "state": run.state,
        "exit_code": run.exit_code,
        "file": str(run.path),
        "machine": _machine(run),
        **{name: value if value is None else str(value) for name, value in facts.items()},
        "facts": json.dumps(run.facts),
    }


def _machine(run: Run) -> str:
    return json.dumps(run.facts.get("machine"), sort_keys=True)


def _with_histograms(rows: Iterable[Entry | StreamFigure]) -> list[dict[str, Any]]:
    """Histograms as JSON, `[[µs, count], …]`, for `json_each`."""
    return [each.row() | {"histogram": _histogram(each.histogram)} for each in rows]


def _histogram(values: Histogram) -> str:
    return json.dumps(list(zip(values.values_us, values.counts, strict=True)))


def _insert(
    connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]], columns_of_none: tuple[str, ...] = ()
) -> None:
    """All rows have the columns of the first; a table without rows is made with those of none."""
    names = list(rows[0]) if rows else list(columns_of_none)
    known = _columns(connection, table)
    if not known:
        connection.execute(f"CREATE TABLE {table} ({', '.join(map(_quoted, names))})")
    for name in names if known else ():
        if name not in known:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {_quoted(name)}")
    columns, places = ", ".join(map(_quoted, names)), ", ".join("?" * len(names))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"
    connection.executemany(statement, [tuple(row.values()) for row in rows])


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
