"""The log as sharers keep it: several at once, each group at a time that no other has passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import orjson
from sqlalchemy import Connection, Engine, func, or_, select
from sqlalchemy.exc import IntegrityError, InterfaceError, InternalError, OperationalError

from cioghub.ports.live_log import Group, LogFull, NewEvent
from cioghub.ports.workers import LOG, SHARER, Answered, LogMoved, Outgoing, Passed, Waiting
from cioghub.stores.sql.answers import keep_answers
from cioghub.stores.sql.live_log import ACCEPTED, DECISION, SqlLiveLog
from cioghub.stores.sql.many import among, insert_all
from cioghub.stores.sql.outbox import put_out
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.turns import TURN
from cioghub.stores.sql.writing import upsert, writing
from cioghub.vocabulary.event_types import TOUCHING
from cioghub.vocabulary.parties import HUB_RECIPIENT

ON_THE_WAY = METADATA.tables["on_the_way"]

PassOn = Callable[[Passed], Outgoing]
ShareWith = Callable[[str, bytes], Outgoing]
"""(recipient, its line) to the message."""


class SqlSharingLog(SqlLiveLog):
    """The log in a database that other sharers write too."""

    def __init__(self, engine: Engine, pass_on: PassOn, share_with: ShareWith) -> None:
        """`pass_on` and `share_with` make messages for the correlator and for other recipients."""
        super().__init__(engine)
        self._pass_on = pass_on
        self._share_with = share_with

    def floor(self) -> int:
        """Return the time (seconds since 1970 UTC) before which nothing can be accepted."""
        with self._engine.connect() as connection:
            return _come_to(connection)[1]

    def is_to_blame(self, error: Exception) -> bool:
        """Say whether an error is the database's own: it is away, full or ending."""
        return isinstance(error, (OperationalError, InterfaceError, InternalError, LogFull))

    def take(
        self,
        group: Group,
        at: int,
        beside: Sequence[Outgoing] = (),
        answers: Sequence[Answered] = (),
    ) -> list[Waiting]:
        """Keep a group accepted at `at`, and the answers to whoever waits for them.

        Returns what is to be sent of it, and `beside`.

        Raises:
            LogMoved: nothing was kept, since another sharer kept something later than `at`, or one
                of these events.
        """
        try:
            with writing(self._engine) as connection:
                last, floor = _come_to(connection)
                if at < floor:
                    raise LogMoved(floor)
                pairs = self._events(connection, group, last)
                keep_answers(connection, answers, at)
                out = [*beside, *self._messages(connection, pairs)]
                return put_out(connection, SHARER, at, out)
        except IntegrityError:
            if self.digests(event.ref for event in group.events):
                raise LogMoved(self.floor()) from None
            raise

    def _messages(
        self, connection: Connection, pairs: Iterable[tuple[int, NewEvent]]
    ) -> Iterable[Outgoing]:
        passed = []
        found = []
        for position, event in pairs:
            found += [self._share_with(recipient, line) for recipient, line in event.shared]
            target = None
            if event.withdraws is not None:
                asked = select(ACCEPTED.c.position).where(ACCEPTED.c.ref == event.withdraws)
                target = connection.execute(asked).scalar()
            if target is not None or event.contribution is not None:
                passed.append(Passed(position, event.contribution, target, event.accepted))
        insert_all(
            connection,
            ON_THE_WAY,
            [{"position": one.position, "accepted": one.at} for one in passed],
        )
        return [*found, *map(self._pass_on, passed)]


def on_the_way_again(connection: Connection, after: int) -> None:
    """Have all that was passed on from past a position on the way, whether it came once or not."""
    gives = [
        name for name, content in connection.execute(select(DECISION)) if _gives_the_hub(content)
    ]
    passed = or_(among(connection, ACCEPTED.c.decision, gives), ACCEPTED.c.type.in_(TOUCHING))
    rows = select(ACCEPTED.c.position, ACCEPTED.c.accepted).where(
        ACCEPTED.c.position > after, passed
    )
    again = upsert(connection, ON_THE_WAY).from_select(["position", "accepted"], rows)
    connection.execute(again.on_conflict_do_nothing())


def _gives_the_hub(decision: bytes) -> bool:
    return any(
        one["recipient"] == HUB_RECIPIENT and one["outcome"] == "shared"
        for one in orjson.loads(decision)["outcomes"]
    )


def _come_to(connection: Connection) -> tuple[int, int]:
    """Return the last position, 0 for none, and the time before which nothing can be accepted."""
    reached = select(func.max(TURN.c.reached)).where(TURN.c.name == LOG).scalar_subquery()
    asked = select(func.max(ACCEPTED.c.position), func.max(ACCEPTED.c.accepted), reached)
    position, accepted, closed = connection.execute(asked).one()
    return position or 0, max(accepted or 0, closed or 0)
