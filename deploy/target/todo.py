"""A to-do service: FastAPI over PostgreSQL, items created, listed, read, updated and deleted.

`DATABASE_URL` names the database. It has what `locustfiles/todo_journey.py` asks for.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from pydantic import BaseModel

pool = ConnectionPool[Connection[DictRow]](
    os.environ["DATABASE_URL"], kwargs={"row_factory": dict_row}, max_size=20, open=False
)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    pool.open(wait=True)
    with pool.connection() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS items (id serial PRIMARY KEY, title text, done boolean)")
    yield
    pool.close()


app = FastAPI(lifespan=lifespan)


class Item(BaseModel):
    title: str
    done: bool = False


def database() -> Iterator[Connection[DictRow]]:
    with pool.connection() as connection:
        yield connection


Database = Annotated[Connection[DictRow], Depends(database, scope="function")]


def found(row: DictRow | None) -> dict[str, Any]:
    if row is None:
        raise HTTPException(404, "no such item")
    return row


@app.post("/items", status_code=201)
def create(item: Item, database: Database) -> dict[str, Any]:
    sql = "INSERT INTO items (title, done) VALUES (%s, %s) RETURNING *"
    return found(database.execute(sql, (item.title, item.done)).fetchone())


@app.get("/items")
def list_items(database: Database) -> list[dict[str, Any]]:
    return database.execute("SELECT * FROM items ORDER BY id DESC LIMIT 20").fetchall()


@app.get("/items/{number}")
def read(number: int, database: Database) -> dict[str, Any]:
    return found(database.execute("SELECT * FROM items WHERE id = %s", (number,)).fetchone())


@app.put("/items/{number}")
def update(number: int, item: Item, database: Database) -> dict[str, Any]:
    sql = "UPDATE items SET title = %s, done = %s WHERE id = %s RETURNING *"
    return found(database.execute(sql, (item.title, item.done, number)).fetchone())


@app.delete("/items/{number}", status_code=204)
def delete(number: int, database: Database) -> None:
    found(database.execute("DELETE FROM items WHERE id = %s RETURNING *", (number,)).fetchone())
