"""Clusters in the hub: knots of neighbouring places, for each category and view, at every tick.

The method is that of `cluster`; here it gets the hub's own places and days. Areas do not matter to
it: a knot on a border is one knot.
"""

from __future__ import annotations

import numpy as np

from cioghub.steps.correlate.budget import threshold
from cioghub.steps.correlate.cluster import ClusterScore, Scan
from cioghub.steps.correlate.counts import VIEWS
from cioghub.steps.correlate.grid import Grid
from cioghub.steps.correlate.tick import Tick, day
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("cluster-poisson-scan", "1")
WINDOW_DAYS = 21
HISTORY_DAYS = 364
LEAST_HISTORY = 28
MOST_PLACES = 40
KILOMETRES = 5.0
FEWEST = 4
"""Fewer events than this are never raised as a knot, however rare they are."""

WORTH_CALIBRATING = 9.0
"""A log-likelihood ratio below this comes by chance far more often than the budget bears, in any
set of places: the simulation that would say how often is spared."""


class Clusters:
    """Looks for knots of events among neighbouring places."""

    def __init__(self, grid: Grid) -> None:
        # The scan looks at the whole partnership at once: its tests are shared by all areas.
        tests = float(len(VIEWS) * len(COUNTED)) / max(len(grid.ciogs), 1)
        self.limit = threshold(SignalKind.CLUSTER, tests)
        self._scan = (
            Scan(grid.centres, grid.population, MOST_PLACES, WINDOW_DAYS, KILOMETRES)
            if len(grid.scanned) > 1
            else None
        )

    def find(self, tick: Tick) -> list[Signal]:
        """Return the strongest knot of each category and view that is rare enough."""
        if self._scan is None:
            return []
        found = []
        for view in VIEWS:
            for category in range(len(COUNTED)):
                signal = self._knot(self._scan, view, category, tick)
                if signal is not None:
                    found.append(signal)
        return found

    def _knot(self, scan: Scan, view: int, category: int, tick: Tick) -> Signal | None:
        last = tick.today - 1
        first, block = tick.counts.place_days(view, category, last - HISTORY_DAYS + 1, last)
        latest = block[-WINDOW_DAYS:]
        if int(latest.sum()) < FEWEST:
            return None
        rows = tick.rows(last - WINDOW_DAYS + 1, last, 1 << category, view=view)
        start = tick.counts.history_start(np.unique(tick.columns.publisher[rows]))
        block = block[max(0, start - first) :]
        first = last - len(block) + 1
        if len(block) < LEAST_HISTORY + WINDOW_DAYS:
            return None
        days = [day(first + i) for i in range(len(block))]
        score = scan.best(block, days, recurrence=False)
        if score is None or score.seen < FEWEST or score.score < WORTH_CALIBRATING:
            return None
        score = scan.best(block, days)
        if score is None or score.recurrence_days is None:
            return None
        if 1.0 / score.recurrence_days > self.limit:
            return None
        return self._signal(score, view, category, first, tick)

    def _signal(
        self, score: ClusterScore, view: int, category: int, first: int, tick: Tick
    ) -> Signal:
        begins = first + score.from_index
        places = np.array(score.areas, dtype=np.int64)
        rows = tick.rows(begins, tick.today - 1, 1 << category, view=view, places=places)
        recurrence = score.recurrence_days or 1.0
        return Signal(
            kind=SignalKind.CLUSTER,
            hub_category=COUNTED[category],
            ciogs=tick.ciogs_of(rows),
            first=day(begins),
            last=day(tick.today - 1),
            seen=len(rows),
            expected=score.expected,
            chance=1.0 / recurrence,
            limit=self.limit,
            p_value=None,
            recurrence_days=recurrence,
            evidence=tick.evidence(rows),
            method=METHOD,
            only_generated=tick.only_generated(rows, category),
        )
