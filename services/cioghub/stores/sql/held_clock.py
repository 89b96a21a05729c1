"""The machine's clock, held against the database's, which is the same for all machines."""

from __future__ import annotations

import time

from sqlalchemy import Engine, text

from cioghub.errors import EnvironmentFailed
from cioghub.ports.clock import MOST_APART, Clock

COMPARED_EVERY = 10.0
"""Seconds after which the two are compared again."""


class HeldClock:
    """Tells the machine's time for as long as PostgreSQL's is the same, within a minute."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Compare the two for the first time; raises as `now` does."""
        self._engine = engine
        self._clock = clock
        self._compared = 0.0
        self._compare()

    def now(self) -> int:
        """Return whole seconds since 1970 UTC.

        Raises:
            EnvironmentFailed: the clock is more than a minute off the database's.
        """
        if time.monotonic() - self._compared > COMPARED_EVERY:
            self._compare()
        return self._clock.now()

    def _compare(self) -> None:
        before = self._clock.now()
        with self._engine.connect() as connection:
            asked = text("SELECT extract(epoch FROM clock_timestamp())::bigint")
            there: int = connection.execute(asked).scalar_one()
        # The answer was made at some moment between the two.
        off = max(before - there, there - self._clock.now())
        if off > MOST_APART:
            raise EnvironmentFailed(
                f"The clock of this machine is {off} seconds off the database's.",
                "What it accepts would have a wrong time, and with it what all others accept.",
                "Let both machines take their time from one server, then start the worker again.",
            )
        self._compared = time.monotonic()
