"""The clock of a demo stands, is put on, and runs; it never goes back."""

from __future__ import annotations

import pytest

from cioghub.cli import demo_clock
from cioghub.cli.demo_clock import DemoClock


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The world's own seconds, moved by hand."""
    seconds = [100.0]
    monkeypatch.setattr(demo_clock.time, "monotonic", lambda: seconds[0])
    return seconds


def test_it_stands_until_it_is_let_run(world: list[float]) -> None:
    clock = DemoClock(1000)
    world[0] += 50
    assert clock.now() == 1000


def test_it_runs_faster_than_the_world(world: list[float]) -> None:
    clock = DemoClock(1000)
    clock.run(60.0)
    world[0] += 2
    assert clock.now() == 1120
    assert clock.until(1240) == 2.0
    assert clock.until(1000) == 0.0


def test_it_is_put_on_and_never_back(world: list[float]) -> None:
    clock = DemoClock(1000)
    clock.put_on(5000)
    clock.put_on(2000)
    assert clock.now() == 5000
    clock.run(10.0)
    world[0] += 1
    clock.put_on(5001)
    assert clock.now() == 5010


def test_another_speed_goes_on_from_where_it_is(world: list[float]) -> None:
    clock = DemoClock(0)
    clock.run(10.0)
    world[0] += 1
    clock.run(100.0)
    world[0] += 1
    assert clock.now() == 110
