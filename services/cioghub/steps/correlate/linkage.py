"""Linkage: does involvement repeat more than usual, where an agreement lets tokens through?

It counts pseudonymous subjects that recur in an area. It never scores a subject: what it compares
is how many recur now with how many recurred in the windows before.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from cioghub.steps.correlate.budget import WATCHED, threshold
from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.steps.correlate.tick import Tick, day
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("linkage-gamma-poisson", "2")
WINDOW_DAYS = 28
REPEATS = 3
"""A subject recurs when this many incidents of one window name it."""

LEAST_SUBJECTS = 2
LEAST_WINDOWS = 2
MOST_WINDOWS = 13
PRIOR_SHAPE, PRIOR_WINDOWS = 0.5, 0.5
"""Gamma prior on the usual number: weak, so that a single quiet window does not count as never."""


class Linkage:
    """Looks for repeated subjects and places, area by area."""

    def __init__(self, columns: Columns) -> None:
        rows, subjects = columns.subjects()
        order = np.lexsort((subjects, rows))
        self._rows: IntArray = rows[order]
        self._subjects: npt.NDArray[np.uint64] = subjects[order]
        self.limit = threshold(SignalKind.LINKAGE, 1.0)

    def find(self, tick: Tick) -> list[Signal]:
        """Return a signal for each area where more recurs than usual."""
        if not len(self._rows):
            return []
        found = []
        for ciog in range(len(tick.columns.grid.ciogs)):
            signal = self._area(ciog, tick)
            if signal is not None:
                found.append(signal)
        return found

    def _area(self, ciog: int, tick: Tick) -> Signal | None:
        c = tick.columns
        first = tick.today - WINDOW_DAYS
        earliest = first - MOST_WINDOWS * WINDOW_DAYS
        at = slice(
            int(np.searchsorted(self._rows, c.before(tick.now - (tick.today - earliest) * 86_400))),
            int(np.searchsorted(self._rows, tick.end)),
        )
        rows, subjects = self._rows[at], self._subjects[at]
        keep = (c.monthly[rows] == 0) & (c.removed[rows] >= tick.now) & (c.place[rows] >= 0)
        keep &= c.grid.ciog[c.place[rows]] == ciog
        rows, subjects = rows[keep], subjects[keep]
        if not len(rows):
            return None
        kept, _, start = tick.seasoned(rows, first - LEAST_WINDOWS * WINDOW_DAYS)
        inside = np.isin(rows, kept)
        rows, subjects = rows[inside], subjects[inside]
        recurring = self._recurring(rows, subjects, first, tick.today, c)
        if len(recurring) < LEAST_SUBJECTS:
            return None
        windows = min(MOST_WINDOWS, (first - start) // WINDOW_DAYS)
        if windows < LEAST_WINDOWS:
            return None
        before = sum(
            len(
                self._recurring(
                    rows, subjects, first - (k + 1) * WINDOW_DAYS, first - k * WINDOW_DAYS, c
                )
            )
            for k in range(windows)
        )
        shape, exposure = before + PRIOR_SHAPE, windows + PRIOR_WINDOWS
        chance = float(special.betainc(len(recurring), shape, 1 / (exposure + 1)))
        if chance > self.limit * WATCHED:
            return None
        behind = (c.day[rows] >= first) & np.isin(subjects, recurring)
        evidence_rows = np.unique(rows[behind])
        return Signal(
            kind=SignalKind.LINKAGE,
            hub_category=self._commonest(evidence_rows, tick),
            ciogs=(c.grid.ciogs[ciog],),
            first=day(first),
            last=day(tick.today - 1),
            seen=len(recurring),
            expected=float(shape / exposure),
            chance=chance,
            limit=self.limit,
            p_value=chance,
            recurrence_days=None,
            evidence=tick.evidence(evidence_rows),
            method=METHOD,
            subjects=len(recurring),
        )

    @staticmethod
    def _recurring(
        rows: IntArray,
        subjects: npt.NDArray[np.uint64],
        first: int,
        end: int,
        columns: Columns,
    ) -> npt.NDArray[np.uint64]:
        days = columns.day[rows]
        inside = (days >= first) & (days < end)
        pairs = np.unique(np.stack([subjects[inside], rows[inside].astype(np.uint64)]), axis=1)
        found, times = np.unique(pairs[0], return_counts=True)
        recurring: npt.NDArray[np.uint64] = found[times >= REPEATS]
        return recurring

    @staticmethod
    def _commonest(rows: IntArray, tick: Tick) -> str:
        bits = tick.columns.categories[rows]
        times = [int(((bits >> i) & 1).sum()) for i in range(len(COUNTED))]
        return COUNTED[int(np.argmax(times))]
