"""The smallest things that are counted, numbered: sets of numbers are compared much faster.

Rules for editors:
1. A number stands for the same part as long as the object lives, whatever is counted later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.fortnights import fortnight_of
from cioghub.vocabulary.signals import Evidence
from cioghub.vocabulary.tallies import GRID_LEVELS, Home

Cell = tuple[str, str]
"""(level, code) of the fixed grid."""


class Part(NamedTuple):
    """One agreement's events of one home, period and category."""

    category: str
    period: str
    agreement: str
    home: Home


Kind = tuple[tuple[str, str] | None, date, str, tuple[str, ...]]
"""(place, day, agreement, categories) of an event: all that tells of where it is counted."""

_kind = attrgetter("publisher", "place", "day", "agreement", "categories")


def by_kind(events: Iterable[Evidence]) -> dict[str, Counter[Kind]]:
    """Count events by publisher and kind: there are many events, and fewer kinds."""
    found: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    for (publisher, *kind), many in Counter(map(_kind, events)).items():
        found[publisher][tuple(kind)] = many
    return dict(found)


class Parts:
    """Numbers parts, and gives the sets of them that sums are made of."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        every = {Home.of(p) for e in areas.editions() for p in areas.places(e)}
        # A home that another refines is only believed in once an event has been counted there.
        self.homes = {h for h in every if not any(other.refines(h) for other in every)}
        self._numbers: dict[Part, int] = {}
        self.numbered: list[Part] = []
        self._sums: dict[tuple[str, str, tuple[str, ...], Cell], frozenset[int]] = {}
        self._inside: dict[Cell, list[Home]] = {}
        self._home_of: dict[tuple[str, str] | None, Home] = {}
        self._period_of: dict[date, str] = {}

    def __getitem__(self, number: int) -> Part:
        """Return the part that a number stands for."""
        return self.numbered[number]

    def recall(self, numbered: list[Part], homes: set[Home]) -> None:
        """Number and believe what a former run did."""
        self.numbered, self.homes = numbered, homes
        self._numbers = {part: number for number, part in enumerate(numbered)}
        self._sums.clear()
        self._inside.clear()

    def believe(self, homes: set[Home]) -> bool:
        """Take these homes into all sums from now on; say whether any of them is new."""
        more = not homes <= self.homes
        if more:
            self.homes |= homes
            self._sums.clear()
            self._inside.clear()
        return more

    def number(self, part: Part) -> int:
        """Return the number that stands for a part."""
        known = self._numbers.get(part)
        if known is None:
            known = self._numbers[part] = len(self.numbered)
            self.numbered.append(part)
        return known

    def behind(self, kinds: Mapping[Kind, int], category: str) -> Counter[int]:
        """Count events, given by kind, by the number of the part that each is counted in.

        It is that of this category, where an event has it.
        """
        parts: defaultdict[tuple[str, str, str, Home], int] = defaultdict(int)
        for (place, day, agreement, categories), many in kinds.items():
            counted = category if category in categories else categories[0]
            parts[counted, self._period(day), agreement, self._home(place)] += many
        return Counter({self.number(Part(*part)): many for part, many in parts.items()})

    def _home(self, place: tuple[str, str] | None) -> Home:
        home = self._home_of.get(place)
        if home is None:
            found = self._areas.place(*place) if place else None
            home = self._home_of[place] = Home.of(found) if found else Home(None, None, None)
        return home

    def _period(self, day: date) -> str:
        period = self._period_of.get(day)
        if period is None:
            first = fortnight_of(day, self._areas.calendar).first
            period = self._period_of[day] = first.isoformat()
        return period

    def in_cell(
        self, category: str, period: str, agreements: tuple[str, ...], cell: Cell
    ) -> frozenset[int]:
        """Return the numbers of all parts of these agreements in one cell of the grid."""
        asked = (category, period, agreements, cell)
        known = self._sums.get(asked)
        if known is None:
            known = self._sums[asked] = frozenset(
                self.number(Part(category, period, agreement, home))
                for agreement in agreements
                for home in self.inside(cell)
            )
        return known

    def inside(self, cell: Cell) -> list[Home]:
        """Return the homes in one cell of the grid, in the one order."""
        found = self._inside.get(cell)
        if found is None:
            level, code = cell
            found = self._inside[cell] = [one for one in self.in_order() if one.at(level) == code]
        return found

    def in_order(self) -> list[Home]:
        """Return the homes in one order, so that numbers are the same in every run."""
        return sorted(self.homes, key=lambda home: [code or "" for code in home])

    def cells(self) -> set[Cell]:
        """Return every cell of the grid in which an event can be counted."""
        return {
            (level, code)
            for home in self.homes
            for level in GRID_LEVELS
            if (code := home.at(level)) is not None
        }
