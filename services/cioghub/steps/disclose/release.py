"""What one audience may read of what was made with each publisher's events.

Rules for editors:
1. Not named means nothing. Of several releases the coarsest counts.
2. Counts of 1 to 7 are hidden and the rest goes to the nearest 5, unless `exact` is released.
3. Nothing here adds counts of several publishers: a mixed total would give a part away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.parties import HUB_RECIPIENT, Parties
from cioghub.vocabulary.readings import Audience, Shown, Source
from cioghub.vocabulary.rules import Agreement

EXACT, ROUNDED, LEVEL = "exact", "rounded", "level"
_COARSENESS = (EXACT, ROUNDED, LEVEL)

THRESHOLD = 8
ROUNDING = 5
UNDER = f"under {THRESHOLD}"


def audiences_of(parties: Parties, names: Iterable[str]) -> tuple[Audience, ...]:
    """Return the audiences of these names, groups with the areas that limit them."""
    groups = {group.id: group for group in parties.groups}
    found = []
    for name in sorted(names):
        group = groups.get(name)
        party = parties.party(name)
        words = group.name if group else party.legal_name if party else name
        found.append(Audience(name, words, group.areas if group else ()))
    return tuple(found)


class Releases:
    """Each agreement's releases; only those to the correlator have any."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        inside = [a for a in agreements if a.recipient == HUB_RECIPIENT]
        self._by_agreement = {a.name: dict(a.release) for a in inside}
        self._publisher = {a.name: a.publisher for a in inside}

    def of_agreements(self, names: Iterable[str], audience: str) -> str | None:
        """Return the coarsest release of these agreements, None when any does not name it."""
        found = [self._by_agreement.get(name, {}).get(audience) for name in names]
        if not found or None in found:
            return None
        return max((one for one in found if one), key=_COARSENESS.index)

    def of_publisher(self, publisher: str, audience: str) -> str | None:
        """Return the coarsest release of those of a publisher's agreements that name it."""
        found = [
            releases[audience]
            for name, releases in self._by_agreement.items()
            if self._publisher[name] == publisher and audience in releases
        ]
        return max(found, key=_COARSENESS.index) if found else None

    def sources(self, audience: str, parties: Parties) -> tuple[Source, ...]:
        """Return the publishers whose counts an audience may read at all, by id.

        A publisher that releases words only has no counts to show: it is left out.
        """
        found = []
        for publisher in sorted(set(self._publisher.values())):
            release = self.of_publisher(publisher, audience)
            party = parties.party(publisher)
            if release is None or release == LEVEL or party is None:
                continue
            names = (a for a, releases in self._by_agreement.items() if audience in releases)
            found.append(
                Source(
                    publisher=publisher,
                    kind=party.kind,
                    agreements=tuple(sorted(a for a in names if self._publisher[a] == publisher)),
                    show=partial(shown, release=release),
                    exact=release == EXACT,
                )
            )
        return tuple(found)


def shown(count: int, release: str) -> Shown:
    """Return a count as the release allows: the number, `under 8` or the nearest 5, or nothing."""
    if release == EXACT:
        return count
    if release == LEVEL:
        return None
    if 0 < count < THRESHOLD:
        return UNDER
    return ROUNDING * ((count + ROUNDING // 2) // ROUNDING)


def touches(areas: Areas, place: tuple[str, str] | None, limits: Mapping[str, set[str]]) -> bool:
    """Say whether a place (edition, code) lies in any of the areas, given as codes by level."""
    found = areas.place(*place) if place else None
    if found is None:
        return False
    return any(found.parents.get(level) in codes for level, codes in limits.items())


def limits_of(audience: Audience) -> dict[str, set[str]]:
    """Return the codes that limit an audience, by level; empty for one that reads everywhere."""
    limits: dict[str, set[str]] = {}
    for level, code in audience.areas:
        limits.setdefault(level, set()).add(code)
    return limits
