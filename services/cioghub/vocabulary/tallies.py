"""Counts of a period, as known at a time: what pictures are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cioghub.vocabulary.areas import Place

GRID_LEVELS = ("district", "csp", "ciog")
"""The fixed grid of places that pictures count by. No code list has a floor above district."""


class Home(NamedTuple):
    """Where an event is counted: its codes on the grid, None for one that is not derivable."""

    district: str | None
    csp: str | None
    ciog: str | None

    @classmethod
    def of(cls, place: Place) -> Home:
        """Return the home of a place."""
        return cls(*(place.parents.get(level) for level in GRID_LEVELS))

    def at(self, level: str) -> str | None:
        """Return the code at a level of the grid."""
        return self[GRID_LEVELS.index(level)]

    def refines(self, other: Home) -> bool:
        """Say whether this home says all that the other says, and more."""
        return self != other and all(b is None or a == b for a, b in zip(self, other, strict=True))


class Tally:
    """Counts of one period as known at one time; true counts, for use inside the hub.

    `cells` maps (agreement, home, hub category) to a count of events. An event counts once in each
    of its hub categories.
    """

    __slots__ = ("_known", "cells")

    def __init__(self, cells: Mapping[tuple[str, Home, str], int]) -> None:
        self.cells = cells
        self._known: dict[tuple[tuple[str, ...], str, str, str], int] = {}

    def of(self, agreements: tuple[str, ...], level: str, code: str, category: str) -> int:
        """Return the sum over these agreements in one cell of the grid."""
        key = (agreements, level, code, category)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = sum(
                n
                for (agreement, home, counted), n in self.cells.items()
                if counted == category and agreement in agreements and home.at(level) == code
            )
        return found

    def categories(self, agreements: Iterable[str]) -> list[str]:
        """Return the categories in which these agreements have any event, in order of name."""
        wanted = set(agreements)
        return sorted({category for agreement, _, category in self.cells if agreement in wanted})

    def homes(self) -> set[Home]:
        """Return every home with an event."""
        return {home for _, home, _ in self.cells}
