"""What a count should be, by its own past: a penalised quasi-Poisson regression.

The method is Farrington Flexible (Noufaily, Enki, Farrington, Garthwaite, Andrews and Charlett,
"An improved algorithm for outbreak detection in multiple surveillance systems", Statistics in
Medicine 32, 2013): log link, trend, a seasonal factor of ten levels laid out from the judged
period, past outbreaks weighed down by their Anscombe residuals, dispersion never below one, and a
negative binomial around the prediction. Three things differ, all for short and sparse series:

- every term but the level has a normal prior around zero (a ridge), so that a year of rare events
  gives a usable fit, and a term that the data cannot tell is not believed;
- the level has a gamma prior of shape one half (Jeffreys), so that a past of zeros has a mean;
- what is not known of the mean is part of the predicted variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dtrtrs
from scipy.special import betainc, gammainc

Step = Literal["day", "week", "month"]
Floats = npt.NDArray[np.float64]

YEAR = 364
"""Days: a past this long or longer shows a season."""

LOOK_BACK = {"day": 3 * 365 + 24, "week": 5 * 52 + 3, "month": 60}
"""Periods of the past that count: older ones say little of today's level and recording practice."""

GUARD = 56
"""Days before the judged period that are left out where the past spans two years: an outbreak that
grows slowly must not raise what is expected of it (Noufaily et al. leave out 26 weeks)."""

SHORTEST_TREND = 8
"""Fewer periods than this give a level only."""

SEASONS = 10
TROPICAL_YEAR = 365.2425
HALF_WINDOW = 24.5
"""Days either side of the judged day that share its level of season: seven weeks in all."""

SD_SEASON = 0.5
SD_WEEKDAY = 0.7
SD_HOLIDAY = 0.5
SD_TREND_A_YEAR = 0.3
SD_TREND_WITHOUT_SEASON = 1.0
"""Prior standard deviations on the log scale. Without a season the trend must follow it."""

PRIOR_DISPERSION = 1.3
PRIOR_DISPERSION_WEIGHT = 6.0
"""What is believed of the dispersion before the data, as so many degrees of freedom."""

UNSURE = 4.0
"""Enlarges a dispersion that few degrees of freedom tell: a quarter with fourteen of them."""

SHAPE_OF_LEVEL = 0.5
OUTLIER = 2.3
"""Anscombe residual from which a past period is weighed down (2.58 in Noufaily et al., which on
their own simulated series gives fewer false alarms than the nominal rate, and less power)."""

SEASON_SHARED_SD = 0.1
"""How far a series' season may lie from the shared one, when series are pooled."""


@dataclass(frozen=True, slots=True)
class Design:
    """The terms of a fit: a row a past period that counts, and the judged one's own row last."""

    rows: int
    """The past periods that count, from the first."""
    columns: Floats
    offset: Floats
    precision: Floats
    season: slice
    """Which columns are the season; empty where none is fitted."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The predicted mean of the judged period and what is not known of it.

    `log_variance` is the variance of the logarithm of `mean`; `chi_square` over `freedom` is the
    Pearson estimate of the dispersion before its prior; `season` holds the seasonal coefficients.
    """

    mean: float
    log_variance: float
    dispersion: float
    chi_square: float
    freedom: float
    season: Floats


def design(periods: Sequence[date], step: Step, holidays: frozenset[date]) -> Design:
    """Lay out the terms for periods (oldest first, the last is judged)."""
    n = len(periods) - 1
    ordinals = np.array([period.toordinal() for period in periods], dtype=np.int64)
    back = (ordinals[-1] - ordinals) / TROPICAL_YEAR
    columns = [np.ones(n + 1)]
    precision = [0.0]

    def add(column: Floats, sd: float) -> None:
        columns.append(column)
        precision.append(sd**-2)

    lengths = np.ones(n + 1)
    if step == "month":
        following = [*ordinals[1:], _next_month(periods[-1]).toordinal()]
        lengths = (np.array(following) - ordinals) / 30.4369
    seasonal = n >= 12 if step == "month" else ordinals[-1] - ordinals[0] >= YEAR
    if n >= SHORTEST_TREND:
        add(-back, SD_TREND_A_YEAR if seasonal else SD_TREND_WITHOUT_SEASON)
    if step == "day" and n >= 7:
        weekdays = ordinals % 7
        for weekday in range(7):
            add((weekdays == weekday).astype(np.float64), SD_WEEKDAY)
    free = _holidays_in(periods, step, holidays)
    if free.any():
        add(free, SD_HOLIDAY)
    first = len(columns)
    if seasonal:
        levels = _season_levels(periods, ordinals, step)
        for level in range(int(levels.max()) + 1):
            add((levels == level).astype(np.float64), SD_SEASON)
    rows = n
    if step != "month" and ordinals[-1] - ordinals[0] >= 2 * YEAR:
        rows = int(np.searchsorted(ordinals, ordinals[-1] - GUARD))
    kept = np.append(np.arange(rows), n)
    return Design(
        rows,
        np.column_stack(columns)[kept],
        np.log(lengths)[kept],
        np.array(precision),
        slice(first, len(columns)),
    )


def _next_month(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month)


def _season_levels(
    periods: Sequence[date], ordinals: npt.NDArray[np.int64], step: Step
) -> npt.NDArray[np.int64]:
    """Number the seasonal level of each period; zero is the judged period's own."""
    if step == "month":
        months = np.array([period.month for period in periods])
        return np.asarray((months - months[-1]) % 12, dtype=np.int64)
    since = (ordinals - ordinals[-1] + HALF_WINDOW) % TROPICAL_YEAR
    width = (TROPICAL_YEAR - 2 * HALF_WINDOW) / (SEASONS - 1)
    beyond = 1 + np.floor((since - 2 * HALF_WINDOW) / width)
    return np.where(since <= 2 * HALF_WINDOW, 0, beyond).astype(np.int64)


def _holidays_in(periods: Sequence[date], step: Step, holidays: frozenset[date]) -> Floats:
    free = np.zeros(len(periods))
    if not holidays:
        return free
    if step == "day":
        return np.array([float(period in holidays) for period in periods])
    ends = [period.toordinal() for period in periods[1:]]
    last = periods[-1].toordinal() + 7 if step == "week" else _next_month(periods[-1]).toordinal()
    bounds = np.array([periods[0].toordinal(), *ends, last])
    days = np.array(sorted(day.toordinal() for day in holidays))
    # A share of the period's days, scaled to the effect of one free day in a week.
    per_period = np.diff(np.searchsorted(days, bounds))
    return per_period.astype(np.float64) if step == "week" else per_period / 4.0


def fit(
    counts: Floats,
    plan: Design,
    *,
    dispersion: float | None = None,
    season: Floats | None = None,
) -> Fit:
    """Fit the past and predict the judged period.

    `counts` are the past ones, of which the first `plan.rows` count. `dispersion` and `season`
    are taken as given where series are pooled.
    """
    counts = counts[: plan.rows]
    past, row = plan.columns[:-1], plan.columns[-1]
    offset = plan.offset[:-1]
    precision, centre = plan.precision, np.zeros(plan.precision.size)
    if season is not None and season.size:
        precision = precision.copy()
        precision[plan.season] = SEASON_SHARED_SD**-2
        centre[plan.season] = season
    weights = np.ones(counts.size)
    scale = PRIOR_DISPERSION if dispersion is None else dispersion
    start = np.zeros(centre.size)
    start[0] = np.log((counts.sum() + SHAPE_OF_LEVEL) / np.exp(offset).sum())
    beta, root, mean = _solve(counts, past, offset, precision, centre, weights, scale, start)
    pull = _pull(past, root)
    if dispersion is None:
        scale = _dispersion(counts, mean, pull, weights, scale)[0]
    weights = _weights(counts, mean, pull, scale)
    beta, root, mean = _solve(counts, past, offset, precision, centre, weights, scale, beta)
    estimate, chi_square, freedom = _dispersion(counts, mean, _pull(past, root), weights, scale)
    if dispersion is None:
        scale = 1.0 + (estimate - 1.0) * (1.0 + UNSURE / (freedom + 2.0))
    reach = _through(root, row)
    return Fit(
        float(np.exp(np.clip(row @ beta + plan.offset[-1], -15.0, 15.0))),
        float(reach @ reach),
        scale,
        chi_square,
        freedom,
        beta[plan.season],
    )


def _solve(
    counts: Floats,
    past: Floats,
    offset: Floats,
    precision: Floats,
    centre: Floats,
    weights: Floats,
    scale: float,
    beta: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Newton's method; gives the coefficients, the Cholesky root of the information, the means."""
    ridge = np.diag(precision + 1e-9)
    information, mean = ridge, counts
    for _ in range(25):
        mean = np.exp(np.clip(past @ beta + offset, -15.0, 15.0))
        weighed = weights * mean / scale
        information = (past * weighed[:, None]).T @ past + ridge
        slope = past.T @ (weights * (counts - mean)) / scale - precision * (beta - centre)
        slope[0] += SHAPE_OF_LEVEL / scale
        change = np.linalg.solve(information, slope)
        largest = float(np.abs(change).max())
        beta = beta + change * min(1.0, 2.0 / max(largest, 1e-12))
        if largest < 1e-6:
            break
    return beta, np.asarray(np.linalg.cholesky(information), dtype=np.float64), mean


def _through(root: Floats, right: Floats) -> Floats:
    """Return what the lower triangle `root` makes `right` of.

    LAPACK is asked directly: to ask it through `solve_triangular` takes longer than the answer.
    """
    # It takes columns one after another: to it, the rows of a triangle are the other's columns.
    found, info = dtrtrs(root.T, right, lower=0, trans=1)
    if info:
        raise np.linalg.LinAlgError("a root that Cholesky gave has no inverse")
    return np.asarray(found, dtype=np.float64)


def _pull(past: Floats, root: Floats) -> Floats:
    """Return how strongly each period pulls at its own fit, before its weight and mean."""
    reach = _through(root, past.T)
    return np.asarray(np.einsum("ij,ij->j", reach, reach), dtype=np.float64)


def _leverage(mean: Floats, pull: Floats, weights: Floats, scale: float) -> Floats:
    leverage = pull * weights * mean / scale
    return np.asarray(np.minimum(leverage, 0.95), dtype=np.float64)


def _dispersion(
    counts: Floats, mean: Floats, pull: Floats, weights: Floats, scale: float
) -> tuple[float, float, float]:
    chi_square = float((weights * (counts - mean) ** 2 / mean).sum())
    freedom = counts.size - float(_leverage(mean, pull, weights, scale).sum())
    estimate = (chi_square + PRIOR_DISPERSION * PRIOR_DISPERSION_WEIGHT) / (
        max(freedom, 0.0) + PRIOR_DISPERSION_WEIGHT
    )
    return max(1.0, estimate), chi_square, max(freedom, 0.0)


def _weights(counts: Floats, mean: Floats, pull: Floats, scale: float) -> Floats:
    """Weigh down past outbreaks; the weights sum to the number of periods."""
    ones = np.ones(counts.size)
    leverage = _leverage(mean, pull, ones, scale)
    anscombe = 1.5 * (np.cbrt(counts) ** 2 * mean ** (-1 / 6) - np.sqrt(mean))
    residual = anscombe / np.sqrt(scale * (1.0 - leverage))
    weights = np.where(residual > OUTLIER, 1.0 / np.maximum(residual, OUTLIER) ** 2, 1.0)
    return np.asarray(weights * (counts.size / weights.sum()), dtype=np.float64)


def tail(seen: int, mean: float, variance: float) -> float:
    """Return the chance of `seen` or more: negative binomial, or Poisson where they coincide."""
    if seen <= 0:
        return 1.0
    excess = variance / mean - 1.0
    if excess < 1e-6:
        return float(gammainc(seen, mean))
    return float(betainc(seen, mean / excess, excess / (1.0 + excess)))
