"""How far does a knot reach beyond the circle that found it?

A circle says that something is there. What belongs to it need not be round: it may lie on both
sides of a border, with a quiet place between. From the circle the knot grows, place by place, as
long as that makes its score larger, as the subset scan does (Neill, "Fast subset scan for spatial
pattern detection", JRSS B 74, 2012). Only the extent grows: how often such a knot comes by chance
remains what the circle alone says.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc

from cioghub.steps.correlate.cluster_level import Floats

FEWEST = 2
"""A single event beside a knot is not drawn into it."""

SURPRISING = 0.005
"""Nor is a place that holds what it holds by a chance larger than this."""


class Extent:
    """Grows knots over places with these centres, step by step of at most `reach`."""

    def __init__(self, centres: Floats, reach: float) -> None:
        gaps = np.hypot(*(centres[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
        self._near = gaps <= reach

    def of(
        self, areas: Sequence[int], seen: npt.NDArray[np.integer], expected: Floats
    ) -> npt.NDArray[np.int64]:
        """Return the places of a knot, ascending.

        Args:
            areas: the circle that found it.
            seen: events of the knot's days, by place.
            expected: what those days should hold, by place.
        """
        inside = np.zeros(len(seen), dtype=bool)
        inside[list(areas)] = True
        unusual = (seen >= FEWEST) & (gammainc(np.maximum(seen, 1), expected) < SURPRISING)
        count, mean = float(seen[inside].sum()), float(expected[inside].sum())
        while True:
            beside = unusual & ~inside & self._near[inside].any(axis=0)
            found = np.flatnonzero(beside)
            if not found.size:
                break
            # The most excessive first; the lower number where two are alike.
            best = int(found[np.argmax(seen[found] / expected[found])])
            wider = count + float(seen[best]), mean + float(expected[best])
            if _score(*wider) <= _score(count, mean):
                break
            count, mean = wider
            inside[best] = True
        return np.flatnonzero(inside).astype(np.int64)


def _score(seen: float, expected: float) -> float:
    return seen * log(seen / expected) + expected - seen if seen > expected else 0.0
