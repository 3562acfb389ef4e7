"""Users of a MongoDB: `self.client.execute_query("orders", {"open": True})` finds and reads documents, and is reported.

The class names the database: `conn_string`, `db_name`.
"""

from __future__ import annotations

from typing import Any

from locust.user.users import User
from rlocust._extras import hinted

from ._timed import report, timed

with hinted():
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError


class MongoDBClient(MongoClient[dict[str, Any]]):
    """pymongo's client with one reported call."""

    def __init__(self, conn_string: str, db_name: str) -> None:
        super().__init__(conn_string)
        self.db = self[db_name]

    def execute_query(self, collection_name: str, query: Any) -> None:
        """Finds the documents and reads them all: pymongo asks for them only when they are read."""
        outcome = timed(lambda: list(self.db[collection_name].find(query)), PyMongoError)
        report("MONGODB", "QUERY", outcome)


class MongoDBUser(User):
    """Asks by `self.client.execute_query`."""

    abstract = True
    conn_string: str
    db_name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = MongoDBClient(conn_string=self.conn_string, db_name=self.db_name)

    def on_stop(self) -> None:
        self.client.close()
