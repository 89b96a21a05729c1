"""What tests of pages stand on: a database of their own, and a clock that a test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.people import HandClock

from cioghub.stores.sql.database import open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "home")
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
