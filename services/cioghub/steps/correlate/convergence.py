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
from cioghub.steps.correlate.cluster_level import Floats, without_outbreaks
from cioghub.steps.correlate.contributions import IntArray
from cioghub.steps.correlate.series import Need
from cioghub.steps.correlate.tick import Tick, day
from cioghub.vocabulary.signals import Method, Signal, SignalKind

Floats32 = npt.NDArray[np.float32]

METHOD = Method("convergence-fisher", "3")
HISTORY_DAYS = 364
LEAST_HISTORY = 28
PRIOR_DAYS = 56.0
"""How many days of the area's usual rate each neighbourhood begins with: it keeps a place that has
never had such an event from being infinitely surprising."""

MOST_AT_ONCE = 3
"""So many neighbourhoods of one pattern are told at a time: one must not hide another."""

TOGETHER_KM = 10.0
"""Neighbourhoods of one pattern within this distance are one issue."""

LEAST_EXPECTED = 0.02
USUAL_SPREAD, LEAST_SPREAD = 1.5, 1.1
"""Variance over mean of an agency's counts: events come in bursts. Where the past says little it is
taken to be the usual one; it is never taken to be less than the least."""

SPREAD_PRIOR = 20.0
"""Squared deviations (degrees of freedom) at which what the past says of it is believed by half."""

COUNTY_PRIOR = 20.0
"""Expected events of the window at which a rise of the whole county is believed by half: what rises
everywhere (a new way of recording, a holiday) meets nowhere in particular."""


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
        words="drugs, exploitation, missing people, violence or deliberate fires",
        hub_category="county-lines",
        needs=(
            Need("police", ("county-lines", "exploitation", "missing", "drugs")),
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
        words="injuries treated in hospital and violence in schools, which police may not hear of",
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
        words="deliberate fires and violence with weapons or between groups",
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

NEEDS = tuple(dict.fromkeys(need for pattern in PATTERNS for need in pattern.needs))
"""What is counted by place for them."""


class Convergence:
    """Looks for declared patterns around every place."""

    def __init__(self, centres: Floats, areas: int) -> None:
        gaps = np.hypot(
            centres[:, None, 0] - centres[None, :, 0], centres[:, None, 1] - centres[None, :, 1]
        )
        self._gaps = gaps
        near = {p.name: (gaps <= p.kilometres).astype(np.float32) for p in PATTERNS}
        self._near = {name: (one, one.sum(axis=1)) for name, one in near.items()}
        """Of each pattern, which places lie around which, and how many do."""
        independent = sum(
            float((1 / members).sum()) for near, members in self._near.values() if len(near)
        )
        self.limit = threshold(SignalKind.CONVERGENCE, max(independent / max(areas, 1), 1.0))

    def find(self, tick: Tick) -> list[Signal]:
        """Return, for each pattern, the most surprising places, strongest first."""
        found = []
        for pattern in PATTERNS:
            found += self._meetings(pattern, tick)
        return found

    def _meetings(self, pattern: Pattern, tick: Tick) -> list[Signal]:
        first = tick.today - pattern.days
        near, members = self._near[pattern.name]
        log_p = np.zeros(len(near))
        agencies = np.zeros(len(near), dtype=int)
        total_seen, total_expected = np.zeros(len(near)), np.zeros(len(near))
        for need in pattern.needs:
            measured = self._measure(need, first, near, members, tick)
            if measured is None:
                continue
            seen, expected, spread = measured
            p = _upper_tail(seen, expected, spread)
            log_p += np.log(np.clip(p, 1e-300, 1.0))
            agencies += seen > 0
            total_seen += seen
            total_expected += expected
        tested = len(pattern.needs)
        chance = special.chdtrc(2 * tested, -2 * log_p)
        chance[agencies < pattern.agencies] = 1.0
        found: list[Signal] = []
        for centres in self._neighbourhoods(pattern, chance):
            rows = self._rows(pattern, first, np.flatnonzero(near[centres].any(axis=0)), tick)
            usual = float(total_expected[centres].sum())
            found.append(self._signal(pattern, rows, usual, float(chance[centres[0]]), tick))
        return found

    def _neighbourhoods(self, pattern: Pattern, chance: npt.NDArray[np.float64]) -> list[list[int]]:
        """Return the centres of what is rare enough, strongest first; those close by are one.

        Circles do not share a place. One that lies close to a stronger one belongs to it where it
        would raise an alert alone, on whichever side of a border it lies.
        """
        found: list[list[int]] = []
        free = np.ones(len(chance), dtype=bool)
        while free.any():
            centre = int(np.argmin(np.where(free, chance, np.inf)))
            if chance[centre] > self.limit * WATCHED:
                break
            free[self._gaps[centre] <= 2 * pattern.kilometres] = False
            close = next((one for one in found if self._gaps[centre, one[0]] <= TOGETHER_KM), None)
            if close is None:
                if len(found) < MOST_AT_ONCE:
                    found.append([centre])
            elif chance[centre] <= self.limit:
                close.append(centre)
        return found

    def _signal(
        self, pattern: Pattern, rows: IntArray, expected: float, chance: float, tick: Tick
    ) -> Signal:
        first = tick.today - pattern.days
        return Signal(
            kind=SignalKind.CONVERGENCE,
            hub_category=pattern.hub_category,
            ciogs=tick.ciogs_of(rows),
            first=day(first),
            last=day(tick.today - 1),
            seen=len(rows),
            expected=expected,
            chance=chance,
            limit=self.limit,
            p_value=chance,
            recurrence_days=None,
            evidence=tick.evidence(rows),
            method=METHOD,
            pattern=pattern.words,
        )

    def _measure(
        self, need: Need, first: int, near: Floats32, members: Floats32, tick: Tick
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float] | None:
        """Return seen and expected of one agency around each place, and variance over mean."""
        c = tick.columns
        if need.kind not in c.kinds:
            return None
        earliest = tick.today - HISTORY_DAYS
        by = first - LEAST_HISTORY
        # Every publisher of the kind that is not new was there to be heard, seen or not.
        senders = tick.counts.senders.get(c.kinds.index(need.kind), ())
        _, start = tick.newcomers(senders, by)
        history = first - max(start, earliest)
        if history < LEAST_HISTORY:
            return None
        sent = tick.sent(earliest, tick.today - 1, tick.counts.seen_by(need))
        new, _ = tick.newcomers(c.publisher.values[sent > 0].tolist(), by)
        size = len(near)
        _, block = tick.counts.place_days(need, first - history, tick.today - 1, without=new)
        counts, recent = block[:history], block[history:].sum(axis=0)
        seen = near @ recent.astype(np.float32)
        days = without_outbreaks(counts.astype(float), np.ones(size))
        usual = float(days.sum()) / size / history
        window = tick.today - first
        before = near @ days.sum(axis=0).astype(np.float32)
        rate = (before + usual * members * PRIOR_DAYS) / (history + PRIOR_DAYS)
        rise = (int(recent.sum()) + COUNTY_PRIOR) / (usual * size * window + COUNTY_PRIOR)
        expected = np.maximum(rate * window * max(rise, 1.0), LEAST_EXPECTED)
        spread = _spread(near, members, days, window)
        return seen.astype(float), expected, spread

    @staticmethod
    def _rows(pattern: Pattern, first: int, places: IntArray, tick: Tick) -> IntArray:
        """Return what the agencies have seen from a day on, but what newcomers have."""
        new, _ = tick.newcomers(tick.counts.started, first - LEAST_HISTORY)
        seen = np.logical_or.reduce([tick.counts.seen_by(need) for need in pattern.needs])
        return tick.rows(first, tick.today - 1, tick.without(seen, new), places=places)


def _spread(near: Floats32, members: Floats32, days: Floats, window: int) -> float:
    """Return variance over mean of what windows of the past held around places, all pooled.

    `days` are counts by day and place; windows are counted backwards from the last day.
    """
    windows = len(days) // window
    if windows < 2:
        return USUAL_SPREAD
    counts = days[len(days) - windows * window :].reshape(windows, window, -1).sum(axis=1)
    around = (near @ counts.T.astype(np.float32)).astype(np.float64)
    mean = around.mean(axis=1)
    # Circles overlap: each tells as much as its share of the places.
    weight = 1.0 / members
    squares = float((weight * ((around - mean[:, None]) ** 2).sum(axis=1)).sum())
    freedom = (windows - 1) * float((weight * np.minimum(mean * windows, 1.0)).sum())
    total = float((weight * mean).sum())
    if total <= 0:
        return USUAL_SPREAD
    ratio = squares / ((windows - 1) * total)
    drawn = (ratio * freedom + USUAL_SPREAD * SPREAD_PRIOR) / (freedom + SPREAD_PRIOR)
    return max(LEAST_SPREAD, drawn)


def _upper_tail(
    seen: npt.NDArray[np.float64], expected: npt.NDArray[np.float64], spread: float
) -> npt.NDArray[np.float64]:
    """Return P(X >= seen) for a negative binomial with variance `spread` times its mean."""
    p = np.ones(len(seen))
    some = seen > 0
    p[some] = special.betainc(seen[some], expected[some] / (spread - 1), 1 - 1 / spread)
    return p
