"""A transaction that writes, and a row that may be there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that may write from its first moment; keep it short."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def upsert(connection: Connection, table: Table) -> Any:
    """Return an insert that may say what becomes of a row that is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
