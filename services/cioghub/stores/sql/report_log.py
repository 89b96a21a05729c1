"""What a reporter tells, in the log: each midnight once, with the messages that carry it out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from cioghub.ports.live_log import Effect
from cioghub.ports.workers import REPORTER, Outgoing, Waiting
from cioghub.stores.sql.live_log import TICKED, SqlLiveLog
from cioghub.stores.sql.outbox import put_out
from cioghub.stores.sql.turns import hold, reach
from cioghub.stores.sql.writing import writing


class SqlReportLog(SqlLiveLog):
    """The log in a database that only one reporter at a time tells anything in."""

    def report(
        self, epoch: int, effect: Effect, messages: Iterable[Outgoing], now: int
    ) -> list[Waiting]:
        """Keep what a tick brought; return what is to be sent of it.

        Raises:
            TurnLost: another reporter has taken over; nothing was kept.
        """
        with writing(self._engine) as connection:
            hold(connection, REPORTER, epoch)
            if effect.tick.midnight:
                reach(connection, REPORTER, effect.tick.at)
            self._settle(connection, effect)
            return put_out(connection, REPORTER, now, messages)

    def set_aside(self, epoch: int, messages: Iterable[Outgoing], now: int) -> list[Waiting]:
        """Keep what is to be sent of reports that could not be read; return it.

        Raises:
            TurnLost: another reporter has taken over; nothing was kept.
        """
        with writing(self._engine) as connection:
            hold(connection, REPORTER, epoch)
            return put_out(connection, REPORTER, now, messages)

    def looked_after(self, midnight: int) -> int:
        """Return the last position that was looked at, and told of, after a midnight; 0 if none."""
        asked = select(func.max(TICKED.c.position)).where(
            TICKED.c.at > midnight, TICKED.c.midnight.is_(False)
        )
        with self._engine.connect() as connection:
            return connection.execute(asked).scalar() or 0
