"""How often does a knot as strong as this come by chance alone?

Days without clusters are simulated, and a Gumbel distribution is fitted to the best score of each
(Abrams, Kulldorff and Kleinman, "Gumbel based p-value approximations for spatial scan statistics",
International Journal of Health Geographics 9, 2010), on the rungs of a fixed ladder: no answer
depends on what was asked before. The generator has a fixed seed, so that a rung that was simulated
once, on whichever machine, need not be simulated again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import exp, floor, log2, pi, sqrt
from typing import NamedTuple

import numpy as np

from cioghub.steps.correlate.cluster_level import LEVEL_PRIOR, Expected, Floats, shares
from cioghub.vocabulary.areas import Gumbel, Rung

NULL_DAYS = 300
"""Simulated days behind a rung."""

LONGEST_RECURRENCE = 1_000_000.0
"""Days; what lies beyond is more than the simulation can tell."""

LOWEST, HIGHEST = -5, 6
"""The ladder of a county's level: a thousandth of an event a day to four thousand, by fours."""

SEED = 20010

METHOD = f"gumbel-1, {NULL_DAYS} days of seed {SEED}"
"""Changes whenever a rung may change."""

_EULER = 0.5772156649015329

Strongest = Callable[[Floats, Expected], tuple[float, int, int] | None]
"""From the latest days and what they should hold to the best score, and where it is."""


class Span(NamedTuple):
    """The days of the longest window, and the rung of the days before it."""

    window: int
    past: int


class Chance:
    """What one scan finds by chance.

    Args:
        strongest: the scan.
        weights: how its areas share what is expected.
        known: rungs that need not be simulated.
    """

    def __init__(self, strongest: Strongest, weights: Floats, known: Mapping[Rung, Gumbel]) -> None:
        self._strongest = strongest
        self._weights = weights
        self._known = dict(known)

    def recurrence(self, score: float, total: float, window: int, past: int) -> float:
        """Return once in how many days such a score comes by chance.

        It depends on the level `total` (events a day, everywhere) and on the days of the longest
        window and of the past before it.
        """
        location, scale = self._gumbel(total, Span(window, rung_of(past)))
        chance = -np.expm1(-exp(-max((score - location) / scale, -30.0)))
        return float(min(1.0 / max(chance, 1e-12), LONGEST_RECURRENCE))

    def simulated(
        self, spans: Iterable[Span], progress: Callable[[int], None]
    ) -> dict[Rung, Gumbel]:
        """Return every rung of these spans, simulated now; `progress` is told how many are."""
        rungs = [(level, *span) for span in sorted(spans) for level in range(LOWEST, HIGHEST + 1)]
        found = {}
        for done, rung in enumerate(rungs):
            progress(done)
            found[rung] = self._simulate(rung)
        return found

    def _gumbel(self, total: float, span: Span) -> Gumbel:
        """Return location and scale of the best score of a day without clusters."""
        height = log2(min(max(total, 4.0**LOWEST), 4.0**HIGHEST)) / 2
        low = floor(height)
        location, scale = self._rung((low, *span))
        if height > low:
            above = self._rung((low + 1, *span))
            location += (above[0] - location) * (height - low)
            scale += (above[1] - scale) * (height - low)
        return location, scale

    def _rung(self, rung: Rung) -> Gumbel:
        known = self._known.get(rung)
        if known is None:
            known = self._known[rung] = self._simulate(rung)
        return known

    def _simulate(self, rung: Rung) -> Gumbel:
        level, window, past = rung
        total, before = 4.0**level, 4**past
        generator = np.random.Generator(np.random.PCG64(SEED))
        share = self._weights / self._weights.sum()
        scores = np.zeros(NULL_DAYS)
        usual = np.full(window, total)
        for i in range(NULL_DAYS):
            latest = generator.poisson(total * share, (window, share.size)).astype(np.float64)
            former = generator.poisson(total * before * share).astype(np.float64)
            rise = (float(latest.sum()) + LEVEL_PRIOR) / (float(usual.sum()) + LEVEL_PRIOR)
            found = self._strongest(latest, Expected(shares(former, self._weights), usual * rise))
            scores[i] = 0.0 if found is None else found[0]
        scale = max(float(scores.std(ddof=1)) * sqrt(6) / pi, 1e-3)
        return float(scores.mean()) - _EULER * scale, scale


def rung_of(days: int) -> int:
    """Return the rung of a past of so many days, by fours."""
    return round(log2(days) / 2)
