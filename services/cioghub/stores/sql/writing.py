"""A transaction that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that may write from its first moment; keep it short."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
