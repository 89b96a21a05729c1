"""Counts a period as it was known at a time, for the fortnightly picture."""

from __future__ import annotations

import numpy as np

from cioghub.steps.correlate.contributions import Columns
from cioghub.vocabulary.tallies import Home, Tally


def tally(columns: Columns, known_at: int, first: int, last: int, monthly: bool = False) -> Tally:
    """Return the counts of days `first` to `last` (ordinals) as known at `known_at`.

    `monthly` counts the events that know only their month instead of those that know their day:
    the two are never added.
    """
    c = columns
    end = c.before(known_at)
    day = c.day[:end]
    keep = (day >= first) & (day <= last) & (c.removed[:end] >= known_at)
    keep &= (c.monthly[:end] == int(monthly)) & (c.place[:end] >= 0)
    rows = np.flatnonzero(keep)
    cells: dict[tuple[str, Home, str], int] = {}
    pairs = c.klass[rows].astype(np.int64) << 32 | c.place[rows]
    found, times = np.unique(pairs, return_counts=True)
    for pair, n in zip(found.tolist(), times.tolist(), strict=True):
        made, home = c.classes[pair >> 32], c.grid.homes[pair & 0xFFFF_FFFF]
        for category in made.notes.categories:
            key = (made.notes.agreement, home, category)
            cells[key] = cells.get(key, 0) + n
    return Tally(cells)
