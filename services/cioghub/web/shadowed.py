"""A reading room in which nobody is told anything until a shadow has ended.

It stands between the hub and every door, so that no page, feed or export can forget it.
"""

from __future__ import annotations

from collections.abc import Sequence

from cioghub.ports.clock import Clock
from cioghub.ports.reading_room import (
    DecisionOf,
    FeedHealth,
    FrozenPicture,
    NoticeRow,
    ReadingRoom,
    Receipt,
    Told,
)


class ShadowedRoom:
    """A reading room that is dark until `ends`, in whole seconds since 1970 UTC.

    Feeds, notices and decisions are told all along: they are how one sees that the hub runs.
    """

    def __init__(self, room: ReadingRoom, clock: Clock, ends: int) -> None:
        self._room = room
        self._clock = clock
        self._ends = ends

    @property
    def dark(self) -> bool:
        """Whether the shadow lasts."""
        return self._clock.now() < self._ends

    def newest(self) -> int:
        """Return the cursor of the last change told to anybody, 0 while it is dark."""
        return 0 if self.dark else self._room.newest()

    def since(self, audience: str, cursor: int, limit: int) -> Sequence[Told]:
        """Return the changes told to an audience after a cursor; none while it is dark."""
        return () if self.dark else self._room.since(audience, cursor, limit)

    def last_cursor(self, audience: str) -> int:
        """Return the cursor of the last change told to an audience, 0 while it is dark."""
        return 0 if self.dark else self._room.last_cursor(audience)

    def standing(self, audience: str) -> Sequence[Told]:
        """Return the last change of every alert; none while it is dark."""
        return () if self.dark else self._room.standing(audience)

    def history(self, audience: str, alert: str) -> Sequence[Told]:
        """Return all that an audience was told of one alert; nothing while it is dark."""
        return () if self.dark else self._room.history(audience, alert)

    def pictures(self, audience: str) -> Sequence[str]:
        """Return the first days of frozen pictures; none while it is dark."""
        return () if self.dark else self._room.pictures(audience)

    def picture(self, audience: str, first: str) -> FrozenPicture | None:
        """Return one frozen picture; None while it is dark."""
        return None if self.dark else self._room.picture(audience, first)

    def receipts(self, publisher: str, alert: str | None = None) -> Sequence[Receipt]:
        """Return a publisher's own events behind alerts; none while it is dark."""
        return () if self.dark else self._room.receipts(publisher, alert)

    def feeds(self) -> Sequence[FeedHealth]:
        """Return the state of every declared feed, by source."""
        return self._room.feeds()

    def notices(self, limit: int) -> Sequence[NoticeRow]:
        """Return the last notices, newest first."""
        return self._room.notices(limit)

    def decision(self, source: str, id: str) -> DecisionOf | None:
        """Return the decision on one event of a publisher, known by its identity."""
        return self._room.decision(source, id)

    def decision_of(self, ref: str) -> DecisionOf | None:
        """Return the decision on the event with a blinded reference (32 hex digits)."""
        return self._room.decision_of(ref)
