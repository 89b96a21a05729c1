"""Which feeds are alive, each by its own cadence, and what quiet means in each area.

Rules for editors:
1. A board shows a reader only the feeds of publishers that let it read anything at all.
2. The minute is told of a late feed alone; of the others the day, for the minute would say when an
   agency's staff typed.
3. Quiet is one of its four honest forms, and no form is green.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from cioghub.ports.reading_room import FeedHealth
from cioghub.steps.disclose.release import Releases
from cioghub.steps.picture.ended import ended_publishers, ended_words
from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.quiet import TOO_FEW, quiet_words
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.words import agency_names, day_words
from cioghub.web.hub import Hub
from cioghub.web.tactical.sight import Seen, Sight

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK = 6
"""So many days back a weekday says enough."""


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed on the board."""

    agency: str
    feed: str
    cadence: str
    late: bool
    heard: str


@dataclass(frozen=True, slots=True)
class AreaQuiet:
    """What an area without an open alert can say; `form` is one of the four."""

    id: str
    name: str
    alerts: int
    form: str | None
    words: str


class FeedBoard:
    """The feeds as one audience may know them; None for an operator, who knows all."""

    def __init__(self, hub: Hub, audience: str | None) -> None:
        bundle = hub.loaded.bundle
        self._hub = hub
        self._zone = ZoneInfo(bundle.areas.timezone)
        self._now = hub.clock.now()
        self._audience = audience
        self._naming = [a for a in bundle.agreements if _names(a, audience)]
        publishers = {a.publisher for a in self._naming}
        self._feeds = [
            feed for feed in hub.room.feeds() if audience is None or feed.publisher in publishers
        ]
        self.agencies = names_of(hub)

    def lines(self) -> list[FeedLine]:
        """Return every feed, late ones first."""
        found = [
            FeedLine(
                agency=self.agencies.get(feed.publisher, feed.publisher),
                feed=feed.source.rsplit("/", 1)[1],
                cadence=feed.cadence,
                late=feed.late,
                heard=self._heard(feed),
            )
            for feed in self._feeds
        ]
        return sorted(found, key=lambda one: (not one.late, one.agency, one.feed))

    def late_words(self) -> list[str]:
        """Return a sentence for each late feed, as `Fire: no data since Tuesday 14:10.`"""
        return [
            f"{one.agency}{self._part(one)}: no data since {one.heard}."
            for one in self.lines()
            if one.late
        ]

    def quiet(self, sight: Sight, alerts: Sequence[Seen]) -> list[AreaQuiet]:
        """Return for each area how many alerts are open, or what quiet means there."""
        picture = self._latest(sight)
        found = []
        for area in sight.areas:
            count = sum(one.closed is None and area.id in one.areas for one in alerts)
            quiet = {"form": None, "words": ""} if count else self._quiet(area.id, picture)
            found.append(AreaQuiet(area.id, area.name, count, quiet["form"], quiet["words"] or ""))
        return found

    def _quiet(self, area: str, picture: Mapping[str, Any] | None) -> Mapping[str, str | None]:
        ended = ended_publishers(self._naming, local_day(self._now, self._zone))
        states = [self._state(feed) for feed in self._feeds]
        cells = picture["areas"] if picture else ()
        cell = next((c for c in cells if (c["level"], c["code"]) == ("ciog", area)), None)
        limit = ended_words(ended) if ended else None
        if cell is None:
            return quiet_words(states, limit or "no fortnight has been counted yet", (), False)
        before = cell["quiet"]
        found = quiet_words(states, limit, cell["counts"], self._reads_counts())
        # A history that was too short for the picture is too short still.
        if (
            before
            and before["form"] == TOO_FEW
            and found["form"] not in ("not-shared", "late-feed")
        ):
            return {"form": before["form"], "words": before["words"]}
        return found

    def _latest(self, sight: Sight) -> Mapping[str, Any] | None:
        pictures = sight.pictures(1)
        return orjson.loads(pictures[0].content) if pictures else None

    def _reads_counts(self) -> bool:
        if self._audience is None:
            return False
        bundle = self._hub.loaded.bundle
        return bool(Releases(bundle.agreements).sources(self._audience, bundle.parties))

    def _state(self, feed: FeedHealth) -> FeedState:
        party = self._hub.loaded.bundle.parties.party(feed.publisher)
        heard = _last(feed)
        return FeedState(
            publisher=feed.publisher,
            kind=party.kind if party else feed.publisher,
            source=feed.source,
            last_heard=None if heard is None else local_day(heard, self._zone).isoformat(),
            late=feed.late,
            contributed=feed.accepted > 0,
        )

    def _heard(self, feed: FeedHealth) -> str:
        at = _last(feed)
        if at is None:
            return "the hub began to listen" if feed.late else "not yet"
        local = datetime.fromtimestamp(at, UTC).astimezone(self._zone)
        days = (local_day(self._now, self._zone) - local.date()).days
        if not feed.late:
            return {0: "today", 1: "yesterday"}.get(days, day_words(local.date()))
        day = _DAYS[local.weekday()] if days <= _WEEK else day_words(local.date())
        return f"{day} {local:%H:%M}" if days <= _WEEK else f"{day} at {local:%H:%M}"

    def _part(self, line: FeedLine) -> str:
        """Name the feed where its agency has others."""
        feeds = [one for one in self.lines() if one.agency == line.agency]
        return f" ({line.feed})" if len(feeds) > 1 else ""


def names_of(hub: Hub) -> dict[str, str]:
    """Return what every publisher is called on these pages, police first."""
    parties = hub.loaded.bundle.parties.parties
    legal = {party.id: party.legal_name for party in parties}
    return agency_names(((p.id, p.kind) for p in parties if p.feeds), legal)


def _last(feed: FeedHealth) -> int | None:
    return max(
        (at for at in (feed.last_event, feed.last_heartbeat) if at is not None), default=None
    )


def _names(agreement: Agreement, audience: str | None) -> bool:
    inside = agreement.recipient == HUB_RECIPIENT
    return inside and any(audience in (None, reader) for reader, _ in agreement.release)
