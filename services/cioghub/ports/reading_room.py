"""What the readers' doors need: alerts as told, pictures as frozen, feeds as heard, receipts.

Everything for an audience was made for that audience by the rules before it was kept; a reader is
given the audience it sits in, and nothing here can widen that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

INSIDE = ""
"""The audience that stands for the inside of the hub: true counts, for operators' tests only."""


@dataclass(frozen=True, slots=True)
class Told:
    """One change of one alert, as one audience was told of it.

    `cursor` grows with every change told to anybody; `at` is in whole seconds since 1970 UTC;
    `event` is the CloudEvent of the contract.
    """

    cursor: int
    audience: str
    alert: str
    change: str
    at: int
    provisional: bool
    event: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FrozenPicture:
    """One frozen fortnightly picture: its bytes as JSON and as a page."""

    audience: str
    first: str
    at: int
    content: bytes = field(repr=False)
    page: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One of a publisher's own events behind an alert."""

    publisher: str
    source: str
    id: str
    alert: str


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What one feed has sent.

    `accepted`, `duplicates` and `rejected` (by fault code) count since `since` (a local day);
    `last_event` and `last_heartbeat` are whole seconds since 1970 UTC, None if never; `late` is by
    the feed's own cadence. `bundle` is the hash of the rules that decided its last event.
    """

    source: str
    publisher: str
    cadence: str
    since: str
    accepted: int
    duplicates: int
    rejected: Mapping[str, int]
    last_event: int | None
    last_heartbeat: int | None
    late: bool
    bundle: str | None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice of the hub: late feed, backlog, recording change…"""

    code: str
    at: int
    publisher: str | None
    words: str


@dataclass(frozen=True, slots=True)
class DecisionOf:
    """The decision on one event of a feed: its log position, blinded reference, class content.

    `decided_at` is in whole seconds since 1970 UTC.
    """

    source: str
    position: int
    ref: str
    decided_at: int
    content: Mapping[str, Any]


class ReadingRoom(Protocol):
    """Reads what the hub has made. Every method is quick and may be called from any thread."""

    def newest(self) -> int:
        """Return the cursor of the last change told to anybody, 0 if none."""
        ...

    def since(self, audience: str, cursor: int, limit: int) -> Sequence[Told]:
        """Return the changes told to an audience after a cursor, in order."""
        ...

    def last_cursor(self, audience: str) -> int:
        """Return the cursor of the last change told to an audience, 0 if none."""
        ...

    def standing(self, audience: str) -> Sequence[Told]:
        """Return the last change of every alert that an audience was told of, newest first."""
        ...

    def history(self, audience: str, alert: str) -> Sequence[Told]:
        """Return all that an audience was told of one alert, in order; empty if nothing."""
        ...

    def pictures(self, audience: str) -> Sequence[str]:
        """Return the first days of an audience's frozen pictures, newest first."""
        ...

    def picture(self, audience: str, first: str) -> FrozenPicture | None:
        """Return one frozen picture, or None where the audience has none of that day."""
        ...

    def receipts(self, publisher: str, alert: str | None = None) -> Sequence[Receipt]:
        """Return a publisher's own events behind alerts, or behind one."""
        ...

    def feeds(self) -> Sequence[FeedHealth]:
        """Return the state of every declared feed, by source."""
        ...

    def notices(self, limit: int) -> Sequence[NoticeRow]:
        """Return the last notices, newest first."""
        ...

    def decision(self, source: str, id: str) -> DecisionOf | None:
        """Return the decision on one event of a publisher, known by its identity."""
        ...

    def decision_of(self, ref: str) -> DecisionOf | None:
        """Return the decision on the event with a blinded reference (32 hex digits)."""
        ...
