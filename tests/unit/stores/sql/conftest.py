"""A database of its own for each test, on each kind of database that the hub runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from cioghub.stores.sql.database import engine_of, open_database
from cioghub.stores.sql.tables import METADATA


def all_of(engine: Engine) -> str:
    """Return every value of every table as text."""
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row))
            for table in METADATA.tables.values()
            for row in connection.execute(select(table))
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_database(tmp_path / "home")
    else:
        engine = engine_of(request.getfixturevalue("postgres").migrated())
    yield engine
    engine.dispose()
