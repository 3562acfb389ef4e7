"""A to-do service: FastAPI over SQLite, items created, listed, read, updated and deleted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

DATABASE = "todo.sqlite"

app = FastAPI()

with closing(sqlite3.connect(DATABASE)) as first:
    first.execute("PRAGMA journal_mode = WAL")
    first.execute("CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, done INTEGER)")
    first.commit()


class Item(BaseModel):
    title: str
    done: bool = False


def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(DATABASE, timeout=30, check_same_thread=False)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = OFF")
        yield connection
        connection.commit()


Database = Annotated[sqlite3.Connection, Depends(database, scope="function")]


def found(row: sqlite3.Row | None) -> dict[str, Any]:
    if row is None:
        raise HTTPException(404, "no such item")
    return {"id": row["id"], "title": row["title"], "done": bool(row["done"])}


@app.post("/items", status_code=201)
def create(item: Item, database: Database) -> dict[str, Any]:
    row = database.execute("INSERT INTO items (title, done) VALUES (?, ?) RETURNING *", (item.title, item.done))
    return found(row.fetchone())


@app.get("/items")
def list_items(database: Database) -> list[dict[str, Any]]:
    return [found(row) for row in database.execute("SELECT * FROM items ORDER BY id DESC LIMIT 20")]


@app.get("/items/{number}")
def read(number: int, database: Database) -> dict[str, Any]:
    return found(database.execute("SELECT * FROM items WHERE id = ?", (number,)).fetchone())


@app.put("/items/{number}")
def update(number: int, item: Item, database: Database) -> dict[str, Any]:
    sql = "UPDATE items SET title = ?, done = ? WHERE id = ? RETURNING *"
    return found(database.execute(sql, (item.title, item.done, number)).fetchone())


@app.delete("/items/{number}", status_code=204)
def delete(number: int, database: Database) -> None:
    found(database.execute("DELETE FROM items WHERE id = ? RETURNING *", (number,)).fetchone())
