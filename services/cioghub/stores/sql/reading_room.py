"""Reads from the database what the hub has told, frozen, heard and decided.

Every method is one short read, from a connection of its own, so that any thread may ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import ColumnElement, Engine, Executable, func, select
from sqlmodel import col

from cioghub.ports.clock import Clock
from cioghub.ports.reading_room import (
    DecisionOf,
    FeedHealth,
    FrozenPicture,
    NoticeRow,
    Receipt,
    Told,
)
from cioghub.stores.sql.feed_health import feed_healths
from cioghub.stores.sql.tables.log import Accepted, DecisionClassRow
from cioghub.stores.sql.tables.told import NoticeRow as Noticed
from cioghub.stores.sql.tables.told import PictureRow, ReceiptRow, ToldRow
from cioghub.vocabulary.parties import Parties

_CHANGE = select(
    col(ToldRow.cursor),
    col(ToldRow.audience),
    col(ToldRow.alert),
    col(ToldRow.change),
    col(ToldRow.at),
    col(ToldRow.provisional),
    col(ToldRow.line),
)


class SqlReadingRoom:
    """The reading room of a hub's database.

    `reference` blinds the source and id of an event (32 hex digits); without it an event is found
    by these for as long as its id is kept. `parties` declare the feeds, whose days are those of
    `zone` and whose lateness is by `clock`.
    """

    def __init__(
        self,
        engine: Engine,
        parties: Parties,
        zone: ZoneInfo,
        clock: Clock,
        reference: Callable[[str, str], str] | None,
    ) -> None:
        self._engine = engine
        self._parties = parties
        self._zone = zone
        self._clock = clock
        self._reference = reference

    def newest(self) -> int:
        """Return the cursor of the last change told to anybody, 0 if none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(col(ToldRow.cursor)))) or 0

    def since(self, audience: str, cursor: int, limit: int) -> Sequence[Told]:
        """Return the changes told to an audience after a cursor, in order."""
        return self._changes(
            _CHANGE.where(col(ToldRow.audience) == audience, col(ToldRow.cursor) > cursor)
            .order_by(col(ToldRow.cursor))
            .limit(limit)
        )

    def last_cursor(self, audience: str) -> int:
        """Return the cursor of the last change told to an audience, 0 if none."""
        asked = select(func.max(col(ToldRow.cursor))).where(col(ToldRow.audience) == audience)
        with self._engine.connect() as connection:
            return connection.scalar(asked) or 0

    def standing(self, audience: str) -> Sequence[Told]:
        """Return the last change of every alert that an audience was told of, newest first."""
        last = (
            select(func.max(col(ToldRow.cursor)))
            .where(col(ToldRow.audience) == audience)
            .group_by(col(ToldRow.alert))
        )
        return self._changes(
            _CHANGE.where(col(ToldRow.cursor).in_(last)).order_by(col(ToldRow.cursor).desc())
        )

    def history(self, audience: str, alert: str) -> Sequence[Told]:
        """Return all that an audience was told of one alert, in order; empty if nothing."""
        return self._changes(
            _CHANGE.where(col(ToldRow.audience) == audience, col(ToldRow.alert) == alert).order_by(
                col(ToldRow.cursor)
            )
        )

    def pictures(self, audience: str) -> Sequence[str]:
        """Return the first days of an audience's frozen pictures, newest first."""
        asked = (
            select(col(PictureRow.first))
            .where(col(PictureRow.audience) == audience)
            .order_by(col(PictureRow.first).desc())
        )
        with self._engine.connect() as connection:
            return connection.scalars(asked).all()

    def picture(self, audience: str, first: str) -> FrozenPicture | None:
        """Return one frozen picture, or None where the audience has none of that day."""
        asked = select(
            col(PictureRow.audience),
            col(PictureRow.first),
            col(PictureRow.at),
            col(PictureRow.content),
            col(PictureRow.page),
        ).where(col(PictureRow.audience) == audience, col(PictureRow.first) == first)
        with self._engine.connect() as connection:
            row = connection.execute(asked).first()
        return None if row is None else FrozenPicture(*row)

    def receipts(self, publisher: str, alert: str | None = None) -> Sequence[Receipt]:
        """Return a publisher's own events behind alerts, or behind one."""
        asked = (
            select(
                col(ReceiptRow.publisher),
                col(ReceiptRow.source),
                col(ReceiptRow.id),
                col(ReceiptRow.alert),
            )
            .where(col(ReceiptRow.publisher) == publisher)
            .order_by(col(ReceiptRow.source), col(ReceiptRow.id), col(ReceiptRow.alert))
        )
        if alert is not None:
            asked = asked.where(col(ReceiptRow.alert) == alert)
        with self._engine.connect() as connection:
            return [Receipt(*row) for row in connection.execute(asked)]

    def feeds(self) -> Sequence[FeedHealth]:
        """Return the state of every declared feed, by source."""
        with self._engine.connect() as connection:
            return feed_healths(connection, self._parties, self._zone, self._clock.now())

    def notices(self, limit: int) -> Sequence[NoticeRow]:
        """Return the last notices, newest first."""
        asked = (
            select(col(Noticed.code), col(Noticed.at), col(Noticed.publisher), col(Noticed.words))
            .order_by(col(Noticed.number).desc())
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [NoticeRow(*row) for row in connection.execute(asked)]

    def decision(self, source: str, id: str) -> DecisionOf | None:
        """Return the decision on one event of a publisher, known by its identity."""
        if self._reference is not None:
            return self.decision_of(self._reference(source, id))
        return self._decision(col(Accepted.event_id) == id, col(Accepted.source) == source)

    def decision_of(self, ref: str) -> DecisionOf | None:
        """Return the decision on the event with a blinded reference (32 hex digits)."""
        try:
            blinded = bytes.fromhex(ref)
        except ValueError:
            return None
        return self._decision(col(Accepted.ref) == blinded)

    def _decision(self, *which: ColumnElement[bool]) -> DecisionOf | None:
        asked = (
            select(
                col(Accepted.source),
                col(Accepted.position),
                col(Accepted.ref),
                col(Accepted.accepted),
                col(DecisionClassRow.content),
            )
            .join(DecisionClassRow, col(DecisionClassRow.id) == col(Accepted.decision))
            .where(*which)
        )
        with self._engine.connect() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return None
        return DecisionOf(
            row.source, row.position, row.ref.hex(), row.accepted, orjson.loads(row.content)
        )

    def _changes(self, asked: Executable) -> list[Told]:
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        return [_told(*row) for row in rows]


def _told(
    cursor: int, audience: str, alert: str, change: str, at: int, provisional: bool, line: bytes
) -> Told:
    return Told(cursor, audience, alert, change, at, provisional, orjson.loads(line))
