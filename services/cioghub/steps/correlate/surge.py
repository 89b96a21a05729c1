"""Is this count more than its own past leads one to expect?

Pure: numbers and dates in, a score out; the same past gives the same score. Method and sources
are told in `surge_fit`; what the alarm costs and finds is measured in `docs/detection.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc

from cioghub.steps.correlate.surge_fit import (
    LOOK_BACK,
    PRIOR_DISPERSION,
    PRIOR_DISPERSION_WEIGHT,
    Fit,
    Step,
    design,
    fit,
    tail,
)

ALARM_BELOW = 0.005
"""An alarm is a p-value below this: the upper half of Farrington Flexible's 99 % interval.

It is the rate of false alarms of one series and period; who watches many series at once must
correct for their number.
"""

FEWEST = 3
"""Fewer events than this are never an alarm, however rare they are."""

METHOD = "surge-1"
"""Names the method and its constants in evidence; changes whenever a score may change."""

Counts = Sequence[int] | npt.NDArray[np.integer] | npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class SurgeScore:
    """What was seen in the judged period against what was expected.

    `p_value` is the chance of `seen` or more events if nothing has changed.
    """

    seen: int
    expected: float
    p_value: float
    alarm: bool


def score_surge(
    counts: Counts,
    periods: Sequence[date],
    step: Step,
    holidays: frozenset[date] = frozenset(),
) -> SurgeScore:
    """Judge the last count by those before it.

    Args:
        counts: events of each period, oldest first, without a gap; the last is judged.
        periods: the first day of each period, as many as counts.
        step: what a period is. Days get a factor for the day of the week.
        holidays: days on which life differs; their effect is learnt from the past ones.

    Raises:
        ValueError: there is no past, or counts and periods differ in length.
    """
    past, kept = _past(counts, periods, step)
    return _score(counts, fit(past, _design(tuple(kept), step, holidays)))


def score_surge_pooled(
    series: Sequence[Counts],
    periods: Sequence[date],
    step: Step,
    holidays: frozenset[date] = frozenset(),
) -> tuple[SurgeScore, ...]:
    """Judge the last count of each series, with one dispersion and one season for all of them.

    All series cover the same periods. The season is that of their sum; the dispersion is the
    Pearson chi-square of all over the degrees of freedom of all. Sparse series gain a season that
    they cannot show alone; the price is that a series of another season is judged by the wrong one.
    """
    if not series:
        return ()
    pasts = [_past(counts, periods, step) for counts in series]
    plan = design(pasts[0][1], step, holidays)
    total = np.sum([past for past, _ in pasts], axis=0)
    season = fit(total, plan).season
    alone = [fit(past, plan, season=season) for past, _ in pasts]
    weight = PRIOR_DISPERSION_WEIGHT
    chi_square = math.fsum(one.chi_square for one in alone) + PRIOR_DISPERSION * weight
    dispersion = max(1.0, chi_square / (math.fsum(one.freedom for one in alone) + weight))
    return tuple(
        _score(counts, fit(past, plan, dispersion=dispersion, season=season))
        for counts, (past, _) in zip(series, pasts, strict=True)
    )


def screen_surge(counts: Counts) -> bool:
    """Say cheaply whether the last count could be an alarm; a False spares the fit.

    True for every count that `score_surge` would alarm on, since no alarm is given without it. The
    bound: even a Poisson count of half the lowest level seen lately (in the last periods, on the
    same weekday, in the same month or week of earlier years) would rarely reach it.
    """
    seen = int(counts[-1])
    if seen < FEWEST or len(counts) < 2:
        return False
    past = np.asarray(counts[:-1], dtype=np.float64)
    levels = [past[-8:].mean()]
    for lag in (7, 12, 52):
        alike = past[::-1][lag - 1 :: lag][:5]
        if alike.size:
            levels.append(alike.mean())
    low = 0.5 * float(min(levels))
    return low <= 0.0 or float(gammainc(seen, low)) < ALARM_BELOW


_design = lru_cache(maxsize=16)(design)
"""One series after another is judged over the same periods."""


def _past(
    counts: Counts, periods: Sequence[date], step: Step
) -> tuple[npt.NDArray[np.float64], Sequence[date]]:
    if len(counts) != len(periods):
        raise ValueError("counts and periods differ in length")
    if len(counts) < 2:
        raise ValueError("a count is judged by its past, and there is none")
    back = LOOK_BACK[step] + 1
    return np.asarray(counts[-back:-1], dtype=np.float64), periods[-back:]


def _score(counts: Counts, found: Fit) -> SurgeScore:
    seen = int(counts[-1])
    variance = found.dispersion * found.mean + found.log_variance * found.mean**2
    p_value = tail(seen, found.mean, variance)
    alarm = p_value < ALARM_BELOW and screen_surge(counts)
    return SurgeScore(seen, found.mean, p_value, alarm)
