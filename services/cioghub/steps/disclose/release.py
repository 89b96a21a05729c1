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
from cioghub.vocabulary.tallies import GRID_LEVELS

EXACT, ROUNDED, LEVEL = "exact", "rounded", "level"
_COARSENESS = (EXACT, ROUNDED, LEVEL)

THRESHOLD = 8
ROUNDING = 5
UNDER = f"under {THRESHOLD}"


def audiences_of(parties: Parties, names: Iterable[str], areas: Areas) -> tuple[Audience, ...]:
    """Return the audiences of these names, groups with the areas that limit them."""
    groups = {group.id: group for group in parties.groups}
    found = []
    for name in sorted(names):
        group = groups.get(name)
        party = parties.party(name)
        words = group.name if group else party.legal_name if party else name
        limits = group.areas if group else ()
        found.append(Audience(name, words, limits, grid_cells(limits, areas)))
    return tuple(found)


def grid_cells(limits: Iterable[tuple[str, str]], areas: Areas) -> tuple[tuple[str, str], ...]:
    """Return the cells of the fixed grid that an audience's pictures count by.

    Districts, CSPs and CIOGs stand for themselves, a county for its CIOGs, no limit for all CIOGs.
    An audience of finer places has none: the grid is not cut smaller for anybody.
    """
    limits = tuple(limits)
    if not limits:
        return tuple(("ciog", ciog.id) for ciog in areas.ciogs)
    found: dict[tuple[str, str], None] = {}
    for level, code in limits:
        if level in GRID_LEVELS:
            found[level, code] = None
        elif level == "county":
            inside = {
                place.ciog
                for edition in areas.editions()
                for place in areas.places(edition)
                if place.parents.get("county") == code
            }
            found |= {("ciog", ciog.id): None for ciog in areas.ciogs if ciog.id in inside}
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

    def by_publisher(self) -> dict[str, tuple[str, ...]]:
        """Return the names of each publisher's agreements with the correlator, sorted."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._publisher):
            found.setdefault(self._publisher[name], []).append(name)
        return {publisher: tuple(names) for publisher, names in found.items()}

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


def interval(count: int) -> tuple[int, int]:
    """Return the least and the most that a count can be for somebody who is shown it `rounded`."""
    if count == 0:
        return 0, 0
    if count < THRESHOLD:
        return 1, THRESHOLD - 1
    middle = ROUNDING * ((count + ROUNDING // 2) // ROUNDING)
    return max(THRESHOLD, middle - ROUNDING // 2), middle + ROUNDING // 2


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
