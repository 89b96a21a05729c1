"""What each declared feed has sent lately, and whether it is later than agreed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlmodel import col

from cioghub.ports.reading_room import FeedHealth
from cioghub.stores.sql.tables.log import Accepted, FeedDay, Heard, Ticked
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.parties import Feed, Parties, Party

ACCEPTED, DUPLICATE, REJECTED = "accepted", "duplicate", "rejected"
"""The outcomes that are counted by day; of `rejected` the reason is a fault code, else empty."""

COUNTED_DAYS = 28
"""Counts go back so many local days, today included."""

_NEVER = Heard(source="")


def feed_healths(
    connection: Connection, parties: Parties, zone: ZoneInfo, now: int
) -> list[FeedHealth]:
    """Return the state of every declared feed at `now` (seconds since 1970 UTC), by source."""
    since = (local_day(now, zone) - timedelta(days=COUNTED_DAYS - 1)).isoformat()
    counts = _counts(connection, since)
    heard = {
        row.source: Heard(**row._mapping)
        for row in connection.execute(
            select(
                col(Heard.source),
                col(Heard.last_event),
                col(Heard.last_heartbeat),
                col(Heard.bundle),
            )
        )
    }
    listens = _listens_since(connection)
    return [
        _health(party, feed, counts[source], heard.get(source, _NEVER), since, listens, now)
        for source, (party, feed) in sorted(parties.feed_owners().items())
    ]


def _health(
    party: Party,
    feed: Feed,
    counts: dict[tuple[str, str], int],
    heard: Heard,
    since: str,
    listens: int | None,
    now: int,
) -> FeedHealth:
    times = [at for at in (heard.last_event, heard.last_heartbeat) if at is not None]
    last = max(times, default=listens)
    return FeedHealth(
        source=feed.source,
        publisher=party.id,
        cadence=feed.cadence,
        since=since,
        accepted=counts.get((ACCEPTED, ""), 0),
        duplicates=counts.get((DUPLICATE, ""), 0),
        rejected={
            reason: events
            for (outcome, reason), events in sorted(counts.items())
            if outcome == REJECTED
        },
        last_event=heard.last_event,
        last_heartbeat=heard.last_heartbeat,
        late=last is not None and now - last > feed.due_hours * 3600,
        bundle=heard.bundle,
    )


def _counts(connection: Connection, since: str) -> dict[str, dict[tuple[str, str], int]]:
    """Return each feed's events since a local day, by outcome and reason."""
    asked = (
        select(
            col(FeedDay.source),
            col(FeedDay.outcome),
            col(FeedDay.reason),
            func.sum(col(FeedDay.events)),
        )
        .where(col(FeedDay.day) >= since)
        .group_by(col(FeedDay.source), col(FeedDay.outcome), col(FeedDay.reason))
    )
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for source, outcome, reason, events in connection.execute(asked):
        found[source][outcome, reason] = int(events)
    return found


def _listens_since(connection: Connection) -> int | None:
    """Return when the hub first accepted or settled anything: a feed never heard is late by it."""
    first = [
        connection.scalar(select(func.min(col(Accepted.accepted)))),
        connection.scalar(select(col(Ticked.at)).order_by(col(Ticked.number)).limit(1)),
    ]
    return min((at for at in first if at is not None), default=None)
