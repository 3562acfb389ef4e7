"""Users of a PostgreSQL database: `self.client.execute_query("SELECT …")` runs a statement and is reported.

The class names the database: `conn_string`. Statements of a user share a transaction that nobody commits, as under
Locust: after a failed one the others fail, too.
"""

from __future__ import annotations

from typing import Any

from locust.user.users import User
from rlocust._extras import hinted

from ._timed import report, timed

with hinted():
    import psycopg


class PostgresClient:
    """A connection of psycopg with one reported call."""

    def __init__(self, conn_string: str) -> None:
        self.connection = psycopg.connect(conn_string)

    def execute_query(self, query: Any) -> None:
        outcome = timed(lambda: self.connection.execute(query))
        report(f"postgres_{'success' if outcome['success'] else 'failure'}", "execute_query", outcome)

    def close(self) -> None:
        self.connection.close()


class PostgresUser(User):
    """Asks by `self.client.execute_query`."""

    abstract = True
    conn_string: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = PostgresClient(conn_string=self.conn_string)

    def on_stop(self) -> None:
        self.client.close()
