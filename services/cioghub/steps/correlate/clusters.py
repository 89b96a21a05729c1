"""Clusters in the hub: knots of neighbouring places, for each category and view, at every tick.

The method is that of `cluster`; here it gets the hub's own places and days. Areas do not matter to
it: a knot on a border is one knot.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.budget import threshold
from cioghub.steps.correlate.cluster import ClusterScore, Scan, name_of, weights_of
from cioghub.steps.correlate.cluster_extent import Extent
from cioghub.steps.correlate.contributions import IntArray
from cioghub.steps.correlate.grid import Grid
from cioghub.steps.correlate.lately import Lately
from cioghub.steps.correlate.series import VIEWS
from cioghub.steps.correlate.tick import Classes, Tick, day
from cioghub.vocabulary.areas import Areas, Calibration
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("cluster-poisson-scan", "2")
WINDOW_DAYS = 21
HISTORY_DAYS = 364
LEAST_HISTORY = 28
MOST_PLACES = 40
KILOMETRES = 5.0
_BOUNDS = (MOST_PLACES, WINDOW_DAYS, KILOMETRES)
FEWEST = 4
"""Fewer events than this are never raised as a knot, however rare they are."""

MOST_KNOTS = 3
"""So many knots of one category are told at a time: a larger one must not hide a smaller."""

WORTH_CALIBRATING = 9.0
"""A log-likelihood ratio below this comes by chance far more often than the budget bears, in any
set of places: the simulation that would say how often is spared."""


def scan_of(grid: Grid) -> Scan:
    """Return the scan of a grid with at least two places to scan."""
    return Scan(grid.centres, grid.population, *_BOUNDS, grid.calibration)


def fitting(areas: Areas) -> Areas:
    """Return areas with the calibration of their own scan, or with none: another's is not used."""
    grid = Grid(areas)
    if areas.calibration is None or areas.calibration.scan == own_scan(grid):
        return areas
    return areas.uncalibrated()


def own_scan(grid: Grid) -> str | None:
    """Return the name of the scan of a grid, None where it has too few places to scan."""
    many = len(grid.scanned)
    weights = weights_of(grid.population, many)
    return name_of(grid.centres, weights, *_BOUNDS) if many > 1 else None


def calibrated(grid: Grid, progress: Callable[[int], None]) -> Calibration:
    """Return what knots a grid has by chance, for every history that a hub ever scans.

    `progress` is told how many rungs are simulated.
    """
    return scan_of(grid).calibrated(LEAST_HISTORY + WINDOW_DAYS, HISTORY_DAYS, progress)


class Clusters:
    """Looks for knots of events among neighbouring places."""

    def __init__(self, grid: Grid) -> None:
        # The scan looks at the whole partnership at once: its tests are shared by all areas.
        tests = float(len(VIEWS) * len(COUNTED)) / max(len(grid.ciogs), 1)
        self.limit = threshold(SignalKind.CLUSTER, tests)
        self._scan = scan_of(grid) if len(grid.scanned) > 1 else None
        self._lately: Lately[tuple[ClusterScore, IntArray] | None] = Lately()
        self._extent = Extent(grid.centres, 2 * KILOMETRES)

    def find(self, tick: Tick) -> list[Signal]:
        """Return the knots of each category and view that are rare enough, strongest first."""
        if self._scan is None:
            return []
        found = []
        for view in VIEWS:
            for category in range(len(COUNTED)):
                found += self._knots(self._scan, view, category, tick)
        return found

    def _knots(self, scan: Scan, view: int, category: int, tick: Tick) -> list[Signal]:
        """Return the knots of what people told, then those that searches alone made.

        What only a search or a stop finds says where the police looked. It is scanned apart, so
        that a week of searches neither hides a knot nor makes later ones look usual.
        """
        last = tick.today - 1
        begin = last - WINDOW_DAYS + 1
        classes = tick.classes(category, view)
        sent = tick.sent(begin, last, classes)
        if int(sent.sum()) < FEWEST:
            return []
        c = tick.columns
        new, start = tick.newcomers(c.publisher.values[sent > 0].tolist(), begin - LEAST_HISTORY)
        first = max(last - HISTORY_DAYS + 1, start)
        if last - first + 1 < LEAST_HISTORY + WINDOW_DAYS:
            return []
        known = tick.without(classes, new)
        told = known & (c.generated.values >> category & 1 == 0)
        found: list[Signal] = []
        if int(sent[told].sum()) >= FEWEST:
            first, block = tick.counts.place_days(category, first, last, view, new, told_only=True)
            found += self._scanned(scan, block, first, told, category, tick)
        if int(sent[known & ~told].sum()) >= FEWEST:
            first, block = tick.counts.place_days(category, first, last, view, new)
            whole = self._scanned(scan, block, first, known, category, tick)
            found += [one for one in whole if one.only_generated]
        return found

    def _scanned(
        self,
        scan: Scan,
        block: npt.NDArray[np.int16],
        first: int,
        classes: Classes,
        category: int,
        tick: Tick,
    ) -> list[Signal]:
        """Return the knots of these counts, which are of events of these classes."""
        found: list[Signal] = []
        while len(found) < MOST_KNOTS:
            knot = self._strongest(scan, block, first)
            if knot is None:
                break
            score, places = knot
            begins = first + score.from_index
            within = tick.rows(begins, tick.today - 1, classes, places=places)
            expected = float(score.usual[places].sum())
            found.append(self._signal(score, within, expected, category, begins, tick))
            # The next is looked for in what is left.
            block = block.copy()
            block[-WINDOW_DAYS:, places] = 0
        return found

    def _strongest(
        self, scan: Scan, block: npt.NDArray[np.int16], first: int
    ) -> tuple[ClusterScore, IntArray] | None:
        """Return the strongest knot of these counts and its places, if it is rare enough."""
        key = (first, blake2b(block.tobytes(), digest_size=16).digest())
        return self._lately.answer(key, lambda: self._search(scan, block, first))

    def _search(
        self, scan: Scan, block: npt.NDArray[np.int16], first: int
    ) -> tuple[ClusterScore, IntArray] | None:
        score = scan.best(block, _days(first, len(block)), least=WORTH_CALIBRATING, fewest=FEWEST)
        if score is None or 1.0 / score.recurrence_days > self.limit:
            return None
        seen = block[score.from_index :].sum(axis=0)
        return score, self._extent.of(score.areas, seen, score.usual)

    def _signal(
        self,
        score: ClusterScore,
        rows: IntArray,
        expected: float,
        category: int,
        begins: int,
        tick: Tick,
    ) -> Signal:
        return Signal(
            kind=SignalKind.CLUSTER,
            hub_category=COUNTED[category],
            ciogs=tick.ciogs_of(rows),
            first=day(begins),
            last=day(tick.today - 1),
            seen=len(rows),
            expected=expected,
            chance=1.0 / score.recurrence_days,
            limit=self.limit,
            p_value=None,
            recurrence_days=score.recurrence_days,
            evidence=tick.evidence(rows),
            method=METHOD,
            only_generated=tick.only_generated(rows, category),
        )


@lru_cache(maxsize=8)
def _days(first: int, many: int) -> tuple[date, ...]:
    """Return so many days from an ordinal on: nearly all searches of a tick have the same."""
    return tuple(day(first + i) for i in range(many))
