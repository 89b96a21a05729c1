"""Counts of a period, as known at a time: what pictures are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one period as known at one time; true counts, for use inside the hub.

    `cells` maps (agreement, level, code, hub category) to a count of events, level being `ciog`,
    `csp` or `place` (places as (edition, code) joined by a colon). An event counts once in each of
    its hub categories.
    """

    cells: Mapping[tuple[str, str, str, str], int]

    def of(self, agreements: Iterable[str], level: str, code: str, category: str) -> int:
        """Return the sum over these agreements."""
        return sum(self.cells.get((a, level, code, category), 0) for a in agreements)
