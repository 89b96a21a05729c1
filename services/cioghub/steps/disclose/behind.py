"""What stands behind an alert, looked through once for all who read it: there are many events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import reduce
from operator import attrgetter

from cioghub.steps.disclose.narrow import LEAST
from cioghub.steps.disclose.release import limits_of, touches
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.levels import AUDIENCE_LEVELS, join
from cioghub.vocabulary.readings import Audience
from cioghub.vocabulary.signals import Evidence

Key = tuple[str, str] | None
"""(edition, code) of a place, if it is known."""

Limits = tuple[tuple[str, str], ...]
"""(level, code) of the areas that an audience reads; none for everywhere."""

_kind = attrgetter("publisher", "agreement", "kind", "place", "floor", "csp")


class Reach:
    """Which places lie in the areas of an audience, and in which coarser ones: it never changes."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._known: dict[Limits, dict[Key, bool]] = {}
        self._codes: dict[str, dict[Key, str | None]] = {}

    def within(self, audience: Audience, places: Set[Key]) -> set[Key]:
        """Return those of these places that lie in the audience's areas."""
        known, limits = self._known.setdefault(audience.areas, {}), limits_of(audience)
        for place in places - known.keys():
            known[place] = touches(self._areas, place, limits)
        return {place for place in places if known[place]}

    def codes(self, places: Set[Key], level: str) -> set[str]:
        """Return the codes of these places at a level, or as much coarser as it has to be."""
        known = self._codes.setdefault(level, {})
        for key in places - known.keys():
            place = self._areas.place(*key) if key else None
            known[key] = self._areas.coarsen(place, level) if place else None
        return {code for place in places if (code := known[place])}


class Behind:
    """The events behind an alert, one of each kind: who, under which rule, where.

    Nothing but counts and ids tells two of a kind apart.
    """

    def __init__(self, events: Sequence[Evidence], reach: Reach) -> None:
        self.events = events
        self.kinds = list(dict(zip(map(_kind, events), events, strict=True)).values())
        self.agreements: dict[str, set[str]] = {}
        """Of each publisher, the agreements under which its events came."""
        for one in self.kinds:
            self.agreements.setdefault(one.publisher, set()).add(one.agreement)
        self._reach = reach
        self._inside: dict[Limits, list[Evidence]] = {(): self.kinds}
        self._places: dict[tuple[object, ...], list[str]] = {}

    def inside(self, audience: Audience) -> list[Evidence]:
        """Return one event of each kind that lies in the audience's areas."""
        found = self._inside.get(audience.areas)
        if found is None:
            near = self._reach.within(audience, {one.place for one in self.kinds})
            found = self._inside[audience.areas] = [one for one in self.kinds if one.place in near]
        return found

    def places(self, audience: Audience, most: Mapping[str, int]) -> list[str]:
        """Return what `places_of` does of those in the audience's areas."""
        key = (audience.areas, *sorted(most.items()))
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = places_of(self.inside(audience), self._reach, most)
        return list(found)


def places_of(evidence: Iterable[Evidence], reach: Reach, most: Mapping[str, int]) -> list[str]:
    """Return the codes of all places at the coarsest floor of these events, sorted.

    `most` gives, for each publisher that does not release `exact`, the most that may be known. Each
    place that only this publisher can have put there holds at least one of its events: where so
    many of them would leave fewer than three values for any, the next coarser level is taken.
    """
    floors: set[str] = set()
    where: defaultdict[str, set[Key]] = defaultdict(set)
    for one in evidence:
        floors.add(one.floor)
        where[one.publisher].add(one.place)
    level = reduce(join, floors, AUDIENCE_LEVELS[0])
    for coarser in AUDIENCE_LEVELS[AUDIENCE_LEVELS.index(level) :]:
        by_publisher = {who: reach.codes(places, coarser) for who, places in where.items()}
        if all(_keeps_hidden(p, n, by_publisher) for p, n in most.items()):
            return sorted(set().union(*by_publisher.values()))
    return []


def _keeps_hidden(publisher: str, most: int, by_publisher: Mapping[str, set[str]]) -> bool:
    others = set().union(*(found for one, found in by_publisher.items() if one != publisher))
    alone = by_publisher.get(publisher, set()) - others
    return len(alone) <= most - LEAST + 1
