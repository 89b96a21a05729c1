"""When each feed was last heard of, and whether that is later than agreed.

A monthly feed is not silent after a fortnight: each feed is judged by its own cadence.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from cioghub.steps.picture.feeds import FeedState
from cioghub.vocabulary.buckets import local_day, rfc3339
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.signals import Notice
from cioghub.vocabulary.words import day_words


class FeedClock:
    """Listens to feeds in order of time, and says once when one has fallen silent."""

    REMEMBERS = ("_heard", "_sent", "_late")

    def __init__(self, parties: Parties, zone: ZoneInfo, since: int) -> None:
        """Begin to listen at `since`, in whole seconds since 1970 UTC."""
        self._zone = zone
        self._since = since
        self._feeds = {
            source: (party, feed) for source, (party, feed) in sorted(parties.feed_owners().items())
        }
        self._heard: dict[str, int] = {}
        self._sent: dict[str, set[date]] = {}
        self._late: set[str] = set()

    def heard(self, source: str, at: int, incident: bool) -> None:
        """Note that a feed sent something at `at`, in whole seconds since 1970 UTC."""
        self._heard[source] = max(at, self._heard.get(source, at))
        if incident:
            self._sent.setdefault(source, set()).add(local_day(at, self._zone))

    def is_late(self, source: str, now: int) -> bool:
        """Say whether a feed is later than agreed; one never heard of, since the hub listens."""
        at = self._heard.get(source, self._since)
        return now - at > self._feeds[source][1].due_hours * 3600

    def notices(self, now: int) -> list[Notice]:
        """Return a notice for each feed that has fallen silent since the last call."""
        found = []
        for source, (party, _) in self._feeds.items():
            late = self.is_late(source, now)
            if late and source not in self._late:
                since = self._heard.get(source, self._since)
                found.append(
                    Notice(
                        code="feed-late",
                        at=now,
                        publisher=party.id,
                        words=(
                            f"{party.legal_name}: no data on one feed since "
                            f"{day_words(local_day(since, self._zone))}."
                        ),
                        facts=(("source", source), ("since", rfc3339(since, self._zone))),
                    )
                )
            (self._late.add if late else self._late.discard)(source)
        return found

    def states(self, now: int, fortnight: Fortnight) -> list[FeedState]:
        """Return the state of every declared feed, by source."""
        present = {
            source
            for source, days in self._sent.items()
            if any(fortnight.first <= day <= fortnight.last for day in days)
        }
        return [
            FeedState(
                publisher=party.id,
                kind=party.kind,
                source=source,
                last_heard=(
                    local_day(self._heard[source], self._zone).isoformat()
                    if source in self._heard
                    else None
                ),
                late=self.is_late(source, now),
                contributed=source in present,
            )
            for source, (party, _) in self._feeds.items()
        ]
