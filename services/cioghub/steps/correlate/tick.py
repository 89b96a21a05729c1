"""What one tick may look at: counts and rows as they were at its time, and nothing later."""

from __future__ import annotations

from datetime import date

import numpy as np

from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.steps.correlate.counts import BEYOND_POLICE, Counts
from cioghub.steps.correlate.recurred import Recurred
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Evidence

EARLY_SECONDS = 2 * 86_400
"""An event is accepted at most a day before its end; two are on the safe side of a clock change."""


class Tick:
    """One local midnight: `today` is the ordinal of the day that begins.

    `recurred` is what is known of the windows of linkage that are past.
    """

    def __init__(
        self, columns: Columns, counts: Counts, now: int, today: int, recurred: Recurred
    ) -> None:
        self.columns = columns
        self.counts = counts
        self.now = now
        self.today = today
        self.recurred = recurred
        self.end = columns.before(now)
        columns.begin_tick()

    def rows(
        self,
        first: int,
        last: int,
        categories: int,
        ciog: int | None = None,
        view: int = 0,
        places: IntArray | None = None,
    ) -> IntArray:
        """Return the rows counted on days `first` to `last` under any bit of `categories`.

        `ciog` and `places` (numbers of scanned places) narrow by place.
        """
        c = self.columns
        start = c.before(self.now - (self.today - first) * 86_400 - EARLY_SECONDS)
        rows = self._of_categories(categories, start)
        day = c.day[rows]
        keep = (day >= first) & (day <= last) & (c.monthly[rows] == 0)
        keep &= (c.removed[rows] >= self.now) & (c.place[rows] >= 0)
        if view == BEYOND_POLICE:
            keep &= ~c.police[rows]
        if ciog is not None:
            keep &= c.grid.ciog[c.place[rows]] == ciog
        if places is not None:
            keep &= np.isin(c.grid.scan_number[c.place[rows]], places)
        kept: IntArray = rows[keep]
        return kept

    def _of_categories(self, categories: int, start: int) -> IntArray:
        """Return the rows from `start` on that count in any of these categories, ascending."""
        ends = np.array([start, self.end], dtype=np.int32)
        parts = []
        for category in range(len(COUNTED)):
            if categories >> category & 1:
                rows = self.columns.of_category(category)
                parts.append(rows[slice(*np.searchsorted(rows, ends).tolist())])
        once = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        found: IntArray = once.astype(np.int64)
        return found

    def seasoned(self, rows: IntArray, by: int) -> tuple[IntArray, IntArray, int]:
        """Part rows by whether their publisher was sending on day `by` already.

        Returns the rows of those that were, the numbers of the newcomers, and the day from which
        all of the others have been sending. A newcomer has no past to be judged by, and must not
        hide what is known of the others.
        """
        publishers = np.unique(self.columns.publisher[rows])
        is_new = np.array([self.counts.started[p] > by for p in publishers.tolist()], dtype=bool)
        new = publishers[is_new]
        kept = rows[~np.isin(self.columns.publisher[rows], new)] if len(new) else rows
        return kept, new, self.counts.history_start(publishers[~is_new].tolist())

    def evidence(self, rows: IntArray) -> tuple[Evidence, ...]:
        """Return these rows as evidence, by id."""
        return self.columns.evidence(rows)

    def only_generated(self, rows: IntArray, category: int) -> bool:
        """Say whether police activity alone made most of these rows.

        A rise is called so when at least three in four of its events carry codes that only a
        search or a stop produces: the few others are what such a week always has.
        """
        if not len(rows):
            return False
        made = (self.columns.generated[rows] >> category) & 1
        return bool(made.mean() >= GENERATED_SHARE)

    def ciogs_of(self, rows: IntArray) -> tuple[str, ...]:
        """Return the areas that these rows touch, the one with most of them first."""
        grid = self.columns.grid
        touched = grid.ciog[self.columns.place[rows]]
        counts = {ciog: int((touched == i).sum()) for i, ciog in enumerate(grid.ciogs)}
        found = sorted((-n, ciog) for ciog, n in counts.items() if n)
        return tuple(ciog for _, ciog in found)


GENERATED_SHARE = 0.75


def day(ordinal: int) -> date:
    """Return the day of an ordinal."""
    return date.fromordinal(ordinal)


def bit(*categories: str) -> int:
    """Return the bits of these hub categories, as `Columns.categories` has them."""
    return sum(1 << COUNTED.index(category) for category in categories)
