"""Whoever asks beside a demo has the demo's time, and beside any other hub the machine's."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from cioghub.stores.sql import clock_mark
from cioghub.stores.sql.clock_mark import clock_of, keep_clock
from cioghub.stores.wall_clock import WallClock


def test_a_hub_that_keeps_no_clock_runs_by_the_machine_s(engine: Engine) -> None:
    assert isinstance(clock_of(engine), WallClock)


def test_it_runs_on_as_fast_as_it_was_let_run_last(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = [5_000.0]
    monkeypatch.setattr(clock_mark.time, "time", lambda: world[0])
    keep_clock(engine, 1000, 10)
    clock = clock_of(engine)
    world[0] += 3
    assert clock.now() == clock_of(engine).now() == 1030
    keep_clock(engine, 1030, 0)
    world[0] += 3
    assert clock_of(engine).now() == 1030
