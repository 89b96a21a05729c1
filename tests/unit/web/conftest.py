"""What tests of pages stand on: a database of their own, and a clock that a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.people import HandClock

from cioghub.stores.sql.database import engine_of, open_database


@pytest.fixture
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """SQLite; on PostgreSQL too where a module asks for `tests.people.ON_BOTH`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        engine = open_database(tmp_path / "home")
    else:
        engine = engine_of(request.getfixturevalue("postgres").migrated())
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
