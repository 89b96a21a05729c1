"""Counts a period as it was known at a time, for the fortnightly picture."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.vocabulary.tallies import Home, Tally

H = TypeVar("H", bound=Hashable)


class Tallies:
    """Counts the events of a set by what pictures tell apart: agreement, home and categories.

    Classes and places are many, and few of them differ in that: which do is found out once.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        notes = [one.notes for one in columns.classes]
        self._rules, self._rule = _numbered([(one.agreement, one.categories) for one in notes])
        self._homes, self._home = _numbered(columns.grid.homes)

    def of(self, known_at: int, first: int, last: int, monthly: bool = False) -> Tally:
        """Return the counts of days `first` to `last` (ordinals) as known at `known_at`.

        `monthly` counts the events that know only their month instead of those that know their
        day: the two are never added.
        """
        c = self._columns
        end = c.before(known_at)
        day = c.day[:end]
        keep = (day >= first) & (day <= last) & (c.removed[:end] >= known_at)
        keep &= (c.monthly[:end] == int(monthly)) & (c.place[:end] >= 0)
        rows = np.flatnonzero(keep)
        many = len(self._homes)
        pairs = self._rule[c.klass[rows]] * many + self._home[c.place[rows]]
        times = np.bincount(pairs, minlength=len(self._rules) * many)
        cells: dict[tuple[str, Home, str], int] = {}
        for pair in np.flatnonzero(times).tolist():
            (agreement, categories), home = self._rules[pair // many], self._homes[pair % many]
            for category in categories:
                key = (agreement, home, category)
                cells[key] = cells.get(key, 0) + int(times[pair])
        return Tally(cells)


def _numbered(values: Sequence[H]) -> tuple[list[H], IntArray]:
    """Return the values that differ, in the order in which they come first, and which each is."""
    numbers: dict[H, int] = {}
    of_each = [numbers.setdefault(one, len(numbers)) for one in values]
    return list(numbers), np.array(of_each, dtype=np.int64)
