"""The correlator's set as its workers keep it: each event once, whole up to a position.

Rules for editors:
1. What is on the way is the inbox: an event that is not on the way has come already.
2. The set is read up to the first position that has not come, so that what is made of it does not
   depend on the order of coming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, select, update

from cioghub.ports.workers import CORRELATOR, LOG, Outgoing, Passed, Waiting
from cioghub.stores.sql.live_log import ACCEPTED, CONTRIBUTION, SqlLiveLog, kinds_of, remember
from cioghub.stores.sql.log_rows import contribution_row, kind_number
from cioghub.stores.sql.outbox import put_out
from cioghub.stores.sql.sharing_log import ON_THE_WAY
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.turns import hold, reach
from cioghub.stores.sql.writing import upsert, writing

WITHDRAWAL = METADATA.tables["withdrawal"]


class SqlCorrelatorSet(SqlLiveLog):
    """The set in a database that other correlators write too."""

    def put(
        self, passed: Sequence[Passed], beside: Sequence[Outgoing], now: int
    ) -> tuple[int, list[Waiting]]:
        """Put in what was passed on, whether it came before or not, and keep `beside` to be sent.

        Returns how many were new, and what is to be sent.
        """
        positions = [one.position for one in passed]
        with writing(self._engine) as connection:
            kinds = kinds_of(connection)
            rows = [
                contribution_row(
                    one.position, one.contribution, kind_number(connection, one.contribution, kinds)
                )
                for one in passed
                if one.contribution is not None
            ]
            if rows:
                connection.execute(upsert(connection, CONTRIBUTION).on_conflict_do_nothing(), rows)
            for one in passed:
                if one.withdraws is not None:
                    statement = upsert(connection, WITHDRAWAL).values(
                        position=one.withdraws, at=one.at
                    )
                    connection.execute(
                        statement.on_conflict_do_update(
                            index_elements=["position"],
                            set_={"at": one.at},
                            where=WITHDRAWAL.c.at > one.at,
                        )
                    )
            touched = {*positions, *(one.withdraws for one in passed if one.withdraws is not None)}
            at = select(WITHDRAWAL.c.at).where(WITHDRAWAL.c.position == CONTRIBUTION.c.position)
            connection.execute(
                update(CONTRIBUTION)
                .where(
                    CONTRIBUTION.c.position.in_(touched),
                    CONTRIBUTION.c.position.in_(select(WITHDRAWAL.c.position)),
                )
                .values(withdrawn=at.scalar_subquery())
            )
            gone = delete(ON_THE_WAY).where(ON_THE_WAY.c.position.in_(positions))
            new: int = connection.execute(gone).rowcount
            return new, put_out(connection, CORRELATOR, now, beside)

    def whole(self) -> int:
        """Return the last position up to which everything has come."""
        with self._engine.connect() as connection:
            return whole(connection)

    def is_whole_before(self, at: int) -> bool:
        """Say whether everything accepted before a time has come."""
        asked = select(func.count()).select_from(ON_THE_WAY).where(ON_THE_WAY.c.accepted < at)
        with self._engine.connect() as connection:
            return connection.execute(asked).scalar_one() == 0

    def withdrawals(self) -> Mapping[int, int]:
        """Return when events were withdrawn, by position."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(WITHDRAWAL.c.position, WITHDRAWAL.c.at))
            return dict(rows.all())

    def close(self, epoch: int, at: int) -> None:
        """Let nothing be accepted before a time from now on.

        Raises:
            TurnLost: another correlator has taken over.
        """
        with writing(self._engine) as connection:
            hold(connection, CORRELATOR, epoch)
            reach(connection, LOG, at)

    def found(
        self,
        epoch: int,
        at: int,
        now: int,
        memory: Mapping[str, bytes],
        messages: Iterable[Outgoing],
    ) -> list[Waiting]:
        """Keep what was found, and with a memory that the midnight `at` is done.

        Raises:
            TurnLost: another correlator has taken over; nothing was kept.
        """
        with writing(self._engine) as connection:
            hold(connection, CORRELATOR, epoch)
            if memory:
                reach(connection, CORRELATOR, at)
                remember(connection, memory)
            return put_out(connection, CORRELATOR, now, messages)


def whole(connection: Connection) -> int:
    """Return the last position up to which everything has come."""
    first = select(func.min(ON_THE_WAY.c.position) - 1).scalar_subquery()
    last = select(func.max(ACCEPTED.c.position)).scalar_subquery()
    # One statement sees one moment.
    found: int = connection.execute(select(func.coalesce(first, last, 0))).scalar_one()
    return found
