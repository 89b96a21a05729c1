"""What is planted beside the background, and the scene that planted events are made in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cioghub.simulate.days import Clock
from cioghub.simulate.records import Variant
from cioghub.simulate.town import Town


@dataclass(frozen=True, slots=True)
class Draft:
    """A planted event before it has an id and a time of publication."""

    feed: str
    variant: Variant
    occurred_from: int
    occurred_to: int
    code: str | None
    confidence: str
    suspect: str | None = None
    victim: str | None = None


@dataclass(slots=True)
class Planted:
    """One planted issue or decoy; `events` is filled in as its events are written."""

    kind: str
    hub_category: str
    ciog: str | None
    first: int
    last: int
    also: tuple[str, ...] = ()
    drafts: list[Draft] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    events: list[tuple[str, str]] = field(default_factory=list)

    def truth(self, clock: Clock) -> dict[str, Any]:
        """Return the line of `truth.jsonl`: days are local, both included."""
        return {
            "kind": self.kind,
            "hub_category": self.hub_category,
            "ciog": self.ciog,
            "also": list(self.also),
            "places": sorted(self.places),
            "from": (clock.first + timedelta(days=self.first)).isoformat(),
            "to": (clock.first + timedelta(days=self.last)).isoformat(),
            "events": [{"source": source, "id": id_} for source, id_ in self.events],
        }


class Scene:
    """Where a planted thing plays: a start, a length, and ways to add events to it."""

    def __init__(self, town: Town, clock: Clock, rng: random.Random, planted: Planted) -> None:
        self.town = town
        self.clock = clock
        self.rng = rng
        self.planted = planted

    def add(
        self,
        feed: str,
        variant: Variant,
        day: int,
        hours: tuple[float, float],
        place: int | str,
        *,
        span: float = 0.0,
        confidence: str = "street",
        suspect: str | None = None,
        victim: str | None = None,
    ) -> None:
        """Add an event at a random minute of the hours of a day, known to `span` hours."""
        start = self.clock.at(day, self.rng.uniform(*hours))
        code = place if isinstance(place, str) else self.town.codes[place]
        self._keep(
            Draft(
                feed,
                variant,
                start,
                start + int(span * 3600),
                code,
                confidence,
                suspect,
                victim,
            ),
            place,
        )

    def add_day(
        self, feed: str, variant: Variant, day: int, place: int, confidence: str = "exact-building"
    ) -> None:
        """Add an event of which only the day is known."""
        start, end = self.clock.midnights[day], self.clock.midnights[day + 1]
        self._keep(
            Draft(feed, variant, start, end, self.town.codes[place], confidence),
            place,
        )

    def _keep(self, draft: Draft, place: int | str) -> None:
        self.planted.drafts.append(draft)
        if isinstance(place, int):
            self.planted.places.add(self.town.codes[place])

    def person(self, name: str) -> str:
        """Return the token of a person of this scene."""
        return self.town.token("planted", self.planted.kind, self.planted.first, name)
