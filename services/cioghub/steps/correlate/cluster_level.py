"""How many events the whole county has on a day, and each area's share of them, from the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

Floats = npt.NDArray[np.float64]

LEVEL_DAYS = 182
"""Days before the window that tell the county's level: a season at most half gone."""

WEEKDAY_PRIOR = 10.0
HOLIDAY_PRIOR = 10.0
"""Expected events at which a factor of the calendar is believed by half."""

LEVEL_PRIOR = 20.0
"""Expected events of the window at which the county's own rise or fall is believed by half."""

TAIL = 2.0
"""By how much the spread is enlarged: a mixture of means has a longer tail than its variance says.
Chosen on simulated years whose areas' weekly means vary by 70 %."""

FEWEST_OUTBREAK = 3
USUAL_SPREAD = 1.0
OUTBREAK = 1e-4
"""An area's past week of at least so many events is an outbreak where its other weeks give it less
than this chance, even if they vary as much again as their mean."""

LEAST_SHAPE, MOST_SHAPE = 0.2, 100.0
SHAPE_OF_LEVEL = 0.5

WEEK = 7


@dataclass(frozen=True, slots=True)
class Expected:
    """What each area and day of the window should hold: `share[area] * level[day]`.

    `level` runs over the window's days, oldest first. An area's count of a week with mean m has the
    variance `dispersion * m + spread * m**2`; 1 and 0 are Poisson.
    """

    share: Floats
    level: Floats
    dispersion: float = 1.0
    spread: float = 0.0


def expect(
    past: Floats,
    past_days: Sequence[date],
    window_totals: Floats,
    window_days: Sequence[date],
    population: Floats,
    holidays: frozenset[date],
) -> Expected:
    """Learn from `past` (days, areas), oldest first, what the window should hold.

    The county's level is that of the half-year before the window, times the factors of weekday and
    holiday, and drawn to what the window itself holds as far as that is known: a rise of the whole
    county (season, a hot summer) is not a knot. An area's share is its own past drawn to its share
    of the population, the more the less the areas' pasts differ beyond chance.
    """
    past = without_outbreaks(past, population)
    totals = past.sum(axis=1)
    calendar = _calendar(totals, past_days, holidays)
    recent = slice(max(0, totals.size - LEVEL_DAYS), None)
    factors_past = calendar.factors(past_days)
    level = (totals[recent].sum() + SHAPE_OF_LEVEL) / factors_past[recent].sum()
    days = level * calendar.factors(window_days)
    rise = (float(window_totals.sum()) + LEVEL_PRIOR) / (float(days.sum()) + LEVEL_PRIOR)
    share = shares(past.sum(axis=0), population)
    dispersion, spread = _beyond_chance(past, share)
    return Expected(share, days * rise, dispersion, TAIL * spread)


@dataclass(frozen=True, slots=True)
class _Calendar:
    weekday: Floats
    holiday: float
    holidays: frozenset[date]

    def factors(self, days: Sequence[date]) -> Floats:
        factors = self.weekday[_weekdays(days)]
        if self.holidays:
            free = np.fromiter((day in self.holidays for day in days), bool, len(days))
            factors = np.where(free, factors * self.holiday, factors)
        return np.asarray(factors, dtype=np.float64)


def _weekdays(days: Sequence[date]) -> npt.NDArray[np.int64]:
    first = days[0].toordinal()
    return (first + np.arange(len(days), dtype=np.int64) - 1) % WEEK


def _calendar(totals: Floats, days: Sequence[date], holidays: frozenset[date]) -> _Calendar:
    mean = totals.mean()
    weekdays = _weekdays(days)
    if not holidays:
        return _Calendar(_by_weekday(totals, mean, weekdays), 1.0, holidays)
    free = np.fromiter((day in holidays for day in days), bool, len(days))
    weekday = _by_weekday(totals[~free], mean, weekdays[~free])
    holiday = (totals[free].sum() + HOLIDAY_PRIOR) / (
        mean * weekday[weekdays[free]].sum() + HOLIDAY_PRIOR
    )
    return _Calendar(weekday, float(holiday), holidays)


def _by_weekday(totals: Floats, mean: float, weekdays: npt.NDArray[np.int64]) -> Floats:
    """Return the factor of each weekday, drawn to one."""
    seen = np.bincount(weekdays, totals, minlength=WEEK)
    expected = mean * np.bincount(weekdays, minlength=WEEK)
    return np.asarray((seen + WEEKDAY_PRIOR) / (expected + WEEKDAY_PRIOR), dtype=np.float64)


def shares(by_area: Floats, population: Floats) -> Floats:
    """Gamma-Poisson shares: the prior is the population's, its shape is fitted by moments."""
    total = float(by_area.sum())
    prior = population / population.sum()
    if total <= 0:
        return np.asarray(prior, dtype=np.float64)
    mean = np.maximum(total * prior, 1e-9)
    # Variance of a count beyond Poisson is mean squared over shape.
    beyond = float(((by_area - mean) ** 2 - by_area).sum())
    shape = float((mean**2).sum()) / beyond if beyond > 0 else MOST_SHAPE
    shape = min(max(shape, LEAST_SHAPE), MOST_SHAPE)
    drawn = (by_area + shape) / (1.0 + shape / mean)
    return np.asarray(drawn / drawn.sum(), dtype=np.float64)


def without_outbreaks(past: Floats, population: Floats) -> Floats:
    """Bring area-weeks that the area's other weeks make next to impossible down to what those say.

    As past outbreaks are weighed down in a surge's baseline: what was a knot once must not be what
    is expected of the place ever after, nor make every place seem to vary so much.
    """
    weeks = past.shape[0] // WEEK
    if weeks < 4 or past.shape[1] < 2:
        return past
    begin = past.shape[0] - weeks * WEEK
    weekly = past[begin:].reshape(weeks, WEEK, -1).sum(axis=1)
    week, area = np.nonzero(weekly >= FEWEST_OUTBREAK)
    if not week.size:
        return past
    # An outbreak may lie over two weeks: those beside the judged one do not judge it.
    beside = weekly.copy()
    beside[1:] += weekly[:-1]
    beside[:-1] += weekly[1:]
    seen, whole = weekly[week, area], weekly.sum(axis=1)[week]
    others = weekly.sum(axis=0)[area] - beside[week, area] + SHAPE_OF_LEVEL
    rest = weekly.sum() - beside.sum(axis=1)[week]
    mean = whole * others / (rest + SHAPE_OF_LEVEL * population.sum() / population[area])
    # Negative binomial with variance mean + USUAL_SPREAD * mean squared.
    excess = USUAL_SPREAD * mean
    x = excess / (1.0 + excess)
    # With a spread of one this chance is a power of x, which tells cheaply how few are near it.
    outbreak = seen * np.log(x) < log(OUTBREAK) + 1e-6
    outbreak[outbreak] = betainc(seen[outbreak], 1.0 / USUAL_SPREAD, x[outbreak]) < OUTBREAK
    if not outbreak.any():
        return past
    left = past.copy()
    for w, a, factor in zip(week[outbreak], area[outbreak], (mean / seen)[outbreak], strict=True):
        left[begin + w * WEEK : begin + (w + 1) * WEEK, a] *= factor
    return left


def _beyond_chance(past: Floats, share: Floats) -> tuple[float, float]:
    """Fit variance = dispersion * mean + spread * mean squared to areas by weeks.

    Each week's total is taken as given: what is asked is how far an area differs of itself.
    """
    weeks = past.shape[0] // WEEK
    if weeks < 4 or share.size < 2:
        return 1.0, 0.0
    weekly = past[past.shape[0] - weeks * WEEK :].reshape(weeks, WEEK, -1).sum(axis=1)
    expected = (weekly.sum(axis=1)[:, None] * share).ravel()
    some = expected > 1e-6
    mean = expected[some]
    if mean.size == 0:
        return 1.0, 0.0
    # The shares were learnt from these weeks: what they took away is given back.
    squares = (weekly.ravel()[some] - mean) ** 2 * weeks / (weeks - 1)
    ratio = squares / mean
    weight = 1.0 / (2.0 + 1.0 / mean)
    total, first, second = weight.sum(), (weight * mean).sum(), (weight * mean**2).sum()
    flat, sloped = (weight * ratio).sum(), (weight * mean * ratio).sum()
    determinant = total * second - first**2
    if determinant <= 1e-9 * total * second:
        return max(1.0, float(flat / total)), 0.0
    dispersion = float((second * flat - first * sloped) / determinant)
    spread = float((total * sloped - first * flat) / determinant)
    if spread < 0:
        return max(1.0, float(flat / total)), 0.0
    if dispersion < 1:
        return 1.0, max(0.0, float((sloped - first) / second))
    return dispersion, spread
