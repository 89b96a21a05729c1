"""What one tick may look at: counts and rows as they were at its time, and nothing later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.steps.correlate.counts import Counts
from cioghub.steps.correlate.evidence import EvidenceOf
from cioghub.steps.correlate.recurred import Recurred
from cioghub.steps.correlate.series import ALL
from cioghub.vocabulary.signals import Evidence

EARLY_SECONDS = 2 * 86_400
"""An event is accepted at most a day before its end; two are on the safe side of a clock change."""

Classes = npt.NDArray[np.bool_]
"""Some of the classes of events: yes or no for each."""


class Tick:
    """One local midnight: `today` is the ordinal of the day that begins.

    `recurred` is what is known of the windows of linkage that are past.
    """

    def __init__(
        self,
        columns: Columns,
        counts: Counts,
        evidence: EvidenceOf,
        now: int,
        today: int,
        recurred: Recurred,
    ) -> None:
        self.columns = columns
        self.counts = counts
        self.now = now
        self.today = today
        self.recurred = recurred
        self.end = columns.before(now)
        self._by_class: dict[tuple[int, int], tuple[IntArray, IntArray]] = {}
        self._others: dict[frozenset[int], Classes] = {}
        self._evidence = evidence
        evidence.begin_tick()

    def rows(
        self,
        first: int,
        last: int,
        classes: Classes,
        ciog: int | None = None,
        places: IntArray | None = None,
    ) -> IntArray:
        """Return the rows of these classes that are counted on days `first` to `last`, ascending.

        `ciog` and `places` (numbers of scanned places) narrow by place.
        """
        c = self.columns
        start = c.before(self.now - (self.today - first) * 86_400 - EARLY_SECONDS)
        rows = start + np.flatnonzero(classes.take(c.klass[start : self.end]))
        day = c.day[rows]
        keep = (day >= first) & (day <= last) & (c.monthly[rows] == 0)
        keep &= (c.removed[rows] >= self.now) & (c.place[rows] >= 0)
        if ciog is not None:
            keep &= c.grid.ciog[c.place[rows]] == ciog
        if places is not None:
            wanted = np.zeros(len(c.grid.scanned) + 1, dtype=bool)
            wanted[places] = True
            keep &= wanted[c.grid.scan_number[c.place[rows]]]
        kept: IntArray = rows[keep]
        return kept

    def sent(self, first: int, last: int, classes: Classes, ciog: int | None = None) -> IntArray:
        """Return how many events of each class `rows` would give, nought but of these classes.

        Days further back than counts by place are kept have none.
        """
        known = self._by_class.get((first, last))
        if known is None:
            by_area = self.counts.by_class(first, last)
            known = self._by_class[first, last] = by_area, by_area.sum(axis=1)
        by_area, everywhere = known
        many = everywhere if ciog is None else by_area[:, ciog]
        found: IntArray = np.where(classes, many, 0)
        return found

    def classes(self, category: int, view: int = ALL) -> Classes:
        """Say of each class whether its events count in a category and view."""
        return self.counts.classes(category, view)

    def without(self, classes: Classes, publishers: frozenset[int]) -> Classes:
        """Return these classes but those of some publishers."""
        if not publishers:
            return classes
        others = self._others.get(publishers)
        if others is None:
            stays = np.ones(len(self.columns.publishers), dtype=bool)
            stays[list(publishers)] = False
            others = self._others[publishers] = stays[self.columns.publisher.values]
        return classes & others

    def newcomers(self, publishers: Iterable[int], by: int) -> tuple[frozenset[int], int]:
        """Part publishers by whether they were sending on day `by` already.

        Returns those that were not, and the day from which all of the others have been sending. A
        newcomer has no past to be judged by, and must not hide what is known of the others.
        """
        publishers = frozenset(publishers)
        new = frozenset(one for one in publishers if self.counts.started[one] > by)
        return new, self.counts.history_start(publishers - new)

    def seasoned(self, rows: IntArray, by: int) -> tuple[IntArray, frozenset[int], int]:
        """Return the rows of those who were sending on day `by`, and what `newcomers` returns."""
        publisher = self.columns.publisher[rows]
        new, start = self.newcomers(np.flatnonzero(np.bincount(publisher)).tolist(), by)
        kept = rows[~np.isin(publisher, sorted(new))] if new else rows
        return kept, new, start

    def evidence(self, rows: IntArray) -> tuple[Evidence, ...]:
        """Return these rows as evidence, by id."""
        return self._evidence.rows(rows)

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
