"""Keeps in a demo's home how its clock runs, for whoever asks there beside it: at the terminal."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from sqlalchemy import Engine, select

from cioghub.ports.clock import Clock
from cioghub.stores.sql.live_log import remember
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing
from cioghub.stores.wall_clock import WallClock

_MEMORY = METADATA.tables["memory"]
_NAME = "clock"


@dataclass(frozen=True, slots=True)
class MarkedClock:
    """A clock that stood `at` when the world's stood at `since`, and runs `speed` times as fast."""

    at: int
    since: float
    speed: float

    def now(self) -> int:
        """Return whole seconds since 1970 UTC, in the time of the demo."""
        return int(self.at + (time.time() - self.since) * self.speed)


def keep_clock(engine: Engine, at: int, speed: float) -> None:
    """Keep that the hub's clock stands at a time now, and how fast it runs from here on."""
    content = json.dumps([at, time.time(), speed]).encode()
    with writing(engine) as connection:
        remember(connection, {_NAME: content})


def clock_of(engine: Engine) -> Clock:
    """Return the clock by which a hub runs: the machine's, but for a demo."""
    with engine.connect() as connection:
        found = connection.scalar(select(_MEMORY.c.content).where(_MEMORY.c.name == _NAME))
    return WallClock() if found is None else MarkedClock(*json.loads(found))
