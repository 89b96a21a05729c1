"""The machine's clock, held against that of a real PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.postgres import PostgresServer

from cioghub.errors import EnvironmentFailed
from cioghub.stores.sql import held_clock
from cioghub.stores.sql.database import engine_of
from cioghub.stores.sql.held_clock import HeldClock
from cioghub.stores.wall_clock import WallClock


@dataclass
class Off(WallClock):
    """A clock that is some seconds off."""

    seconds: int

    def now(self) -> int:
        return super().now() + self.seconds


def test_a_clock_that_is_off_the_database_s_is_not_believed(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(postgres.url("postgres"))
    for seconds in (-90, 90):
        with pytest.raises(EnvironmentFailed, match="seconds off the database"):
            HeldClock(engine, Off(seconds))
    machine = Off(20)
    clock = HeldClock(engine, machine)
    assert clock.now() > WallClock().now()
    machine.seconds = 3600  # somebody sets the clock while the worker runs
    monkeypatch.setattr(held_clock, "COMPARED_EVERY", 0.0)
    with pytest.raises(EnvironmentFailed, match="seconds off the database"):
        clock.now()
    engine.dispose()
