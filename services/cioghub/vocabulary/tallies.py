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

    __slots__ = ("_by_place", "cells")

    def __init__(self, cells: Mapping[tuple[str, Home, str], int]) -> None:
        self.cells = cells
        # Pictures ask for every cell of the grid, and most of them hold nothing.
        self._by_place: dict[tuple[str, str | None, str], list[tuple[str, int]]] = {}
        for (agreement, home, category), n in cells.items():
            for level, code in zip(GRID_LEVELS, home, strict=True):
                self._by_place.setdefault((level, code, category), []).append((agreement, n))

    def of(self, agreements: tuple[str, ...], level: str, code: str, category: str) -> int:
        """Return the sum over these agreements in one cell of the grid."""
        held = self._by_place.get((level, code, category), ())
        return sum(n for agreement, n in held if agreement in agreements)

    def categories(self, agreements: Iterable[str]) -> list[str]:
        """Return the categories in which these agreements have any event, in order of name."""
        wanted = set(agreements)
        return sorted({category for agreement, _, category in self.cells if agreement in wanted})

    def homes(self) -> set[Home]:
        """Return every home with an event."""
        return {home for _, home, _ in self.cells}
