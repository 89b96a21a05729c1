"""Convergence: do weak signals of different agencies meet?

Each declared pattern names what each agency would see of one kind of issue. Around the centre of
every place, each agency's events of the last days are compared with that agency's own past there;
the probabilities of what is seen, one for each agency, are combined by Fisher's method (Fisher,
Statistical Methods for Research Workers, 1925, section 21.1). Counts are discrete, so the combined
probability errs to the careful side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from cioghub.steps.correlate.budget import WATCHED, threshold
from cioghub.steps.correlate.contributions import IntArray
from cioghub.steps.correlate.tick import Tick, bit, day
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("convergence-fisher", "1")
HISTORY_DAYS = 364
LEAST_HISTORY = 28
PRIOR_DAYS = 56.0
"""How many days of the area's usual rate each neighbourhood begins with: it keeps a place that has
never had such an event from being infinitely surprising."""

LEAST_EXPECTED = 0.02
SPREAD = 1.5
"""Variance over mean allowed for in each agency's counts: events come in bursts."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one agency kind would see: any of these hub categories."""

    kind: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of issue that no agency sees whole."""

    name: str
    words: str
    hub_category: str
    needs: tuple[Need, ...]
    agencies: int
    kilometres: float
    days: int


PATTERNS = (
    Pattern(
        name="county-lines",
        words="drugs, exploitation, missing, violence and fire-setting close together",
        hub_category="county-lines",
        needs=(
            Need("police", ("county-lines", "exploitation", "missing")),
            Need("schools", ("county-lines", "exploitation", "missing", "drugs")),
            Need("health", ("knife", "violence-injury", "other-weapon")),
            Need("fire", ("arson-threat",)),
        ),
        agencies=3,
        kilometres=2.0,
        days=21,
    ),
    Pattern(
        name="school-conflict",
        words="weapons or violence in school and conflict online or in the street",
        hub_category="school-weapon",
        needs=(
            Need("schools", ("school-weapon", "online-conflict", "knife", "group-violence")),
            Need("police", ("online-conflict", "school-weapon", "group-violence", "knife")),
        ),
        agencies=2,
        kilometres=3.0,
        days=14,
    ),
    Pattern(
        name="unreported-violence",
        words="injuries treated in hospital and violence in schools that police do not hear of",
        hub_category="violence-injury",
        needs=(
            Need("health", ("violence-injury", "knife", "other-weapon")),
            Need("schools", ("school-violence", "school-weapon", "group-violence", "knife")),
        ),
        agencies=2,
        kilometres=2.0,
        days=28,
    ),
    Pattern(
        name="retaliation",
        words="fire-setting as a threat and violence between groups",
        hub_category="group-violence",
        needs=(
            Need("fire", ("arson-threat",)),
            Need("police", ("group-violence", "firearm", "knife")),
            Need("health", ("knife", "firearm")),
        ),
        agencies=2,
        kilometres=2.0,
        days=14,
    ),
)


class Convergence:
    """Looks for declared patterns around every place."""

    def __init__(self, centres: npt.NDArray[np.float64], areas: int) -> None:
        gaps = np.hypot(
            centres[:, None, 0] - centres[None, :, 0], centres[:, None, 1] - centres[None, :, 1]
        )
        self._near = {p.name: (gaps <= p.kilometres).astype(np.float32) for p in PATTERNS}
        independent = sum(
            float((1 / near.sum(axis=1)).sum()) for near in self._near.values() if len(near)
        )
        self.limit = threshold(SignalKind.CONVERGENCE, max(independent / max(areas, 1), 1.0))

    def find(self, tick: Tick) -> list[Signal]:
        """Return, for each pattern, the most surprising places, strongest first."""
        found = []
        for pattern in PATTERNS:
            signal = self._best(pattern, tick)
            if signal is not None:
                found.append(signal)
        return found

    def _best(self, pattern: Pattern, tick: Tick) -> Signal | None:
        first = tick.today - pattern.days
        near = self._near[pattern.name]
        log_p = np.zeros(len(near))
        agencies = np.zeros(len(near), dtype=int)
        total_seen, total_expected = np.zeros(len(near)), np.zeros(len(near))
        for need in pattern.needs:
            measured = self._measure(need, first, near, tick)
            if measured is None:
                continue
            seen, expected = measured
            p = _upper_tail(seen, expected)
            log_p += np.log(np.clip(p, 1e-300, 1.0))
            agencies += seen > 0
            total_seen += seen
            total_expected += expected
        tested = len(pattern.needs)
        chance = special.chdtrc(2 * tested, -2 * log_p)
        chance[agencies < pattern.agencies] = 1.0
        if not len(chance) or chance.min() > self.limit * WATCHED:
            return None
        centre = int(np.argmin(chance))
        rows = self._rows(pattern, first, np.flatnonzero(near[centre] > 0), tick)
        return Signal(
            kind=SignalKind.CONVERGENCE,
            hub_category=pattern.hub_category,
            ciogs=tick.ciogs_of(rows),
            first=day(first),
            last=day(tick.today - 1),
            seen=len(rows),
            expected=float(total_expected[centre]),
            chance=float(chance[centre]),
            limit=self.limit,
            p_value=float(chance[centre]),
            recurrence_days=None,
            evidence=tick.evidence(rows),
            method=METHOD,
            pattern=pattern.words,
        )

    def _measure(
        self, need: Need, first: int, near: npt.NDArray[np.float32], tick: Tick
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
        """Return seen and expected of one agency around each place."""
        c = tick.columns
        if need.kind not in c.kinds:
            return None
        kind = c.kinds.index(need.kind)
        wanted = bit(*need.categories)
        rows = tick.rows(tick.today - HISTORY_DAYS, tick.today - 1, wanted)
        rows = rows[(c.kind[rows] == kind) & (c.grid.scan_number[c.place[rows]] >= 0)]
        place = c.grid.scan_number[c.place[rows]]
        recent = c.day[rows] >= first
        start = tick.counts.history_start(
            np.unique(c.publisher[: tick.end][c.kind[: tick.end] == kind])
        )
        history = first - max(start, tick.today - HISTORY_DAYS)
        if history < LEAST_HISTORY:
            return None
        size = len(near)
        seen = near @ np.bincount(place[recent], minlength=size).astype(np.float32)
        past = np.bincount(place[~recent], minlength=size).astype(np.float32)
        members = near.sum(axis=1)
        usual = float(past.sum()) / size / history
        window = tick.today - first
        rate = (near @ past + usual * members * PRIOR_DAYS) / (history + PRIOR_DAYS)
        return seen.astype(float), np.maximum(rate * window, LEAST_EXPECTED)

    def _rows(self, pattern: Pattern, first: int, places: IntArray, tick: Tick) -> IntArray:
        c = tick.columns
        parts = [np.zeros(0, dtype=np.int64)]
        for need in pattern.needs:
            if need.kind in c.kinds:
                rows = tick.rows(first, tick.today - 1, bit(*need.categories), places=places)
                parts.append(rows[c.kind[rows] == c.kinds.index(need.kind)])
        return np.unique(np.concatenate(parts))


def _upper_tail(
    seen: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return P(X >= seen) for a negative binomial with variance `SPREAD` times its mean."""
    size = expected / (SPREAD - 1)
    p: npt.NDArray[np.float64] = np.where(
        seen > 0, special.betainc(np.maximum(seen, 1), size, 1 - 1 / SPREAD), 1.0
    )
    return p
