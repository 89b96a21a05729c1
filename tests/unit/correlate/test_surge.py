"""What the surge score tells, and that it tells the same whatever stands beside it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from cioghub.steps.correlate.surge import (
    ALARM_BELOW,
    score_surge,
    score_surge_pooled,
    screen_surge,
)
from cioghub.steps.correlate.surge_fit import Step, _through, tail


def periods(step: Step, n: int) -> list[date]:
    if step == "month":
        return [date(2015 + i // 12, i % 12 + 1, 1) for i in range(n)]
    return [date(2018, 1, 1) + timedelta(days=i * (7 if step == "week" else 1)) for i in range(n)]


def counts(
    generator: np.random.Generator, mean: np.ndarray | float, n: int, dispersion: float
) -> np.ndarray:
    mean = np.broadcast_to(mean, n)
    if dispersion == 1:
        return generator.poisson(mean)
    return generator.negative_binomial(mean / (dispersion - 1), 1 / dispersion)


def rate_of_alarms(step: Step, n: int, mean: float, dispersion: float, runs: int = 1500) -> float:
    generator = np.random.default_rng([n, int(10 * mean), int(10 * dispersion)])
    days = periods(step, n + 1)
    return float(
        np.mean(
            [
                score_surge(counts(generator, mean, n + 1, dispersion), days, step).alarm
                for _ in range(runs)
            ]
        )
    )


@pytest.mark.parametrize(("step", "n"), [("day", 60), ("week", 40), ("week", 160), ("month", 36)])
@pytest.mark.parametrize("mean", [0.9, 8.0])
def test_false_alarms_on_poisson_counts_keep_to_the_nominal_rate(
    step: Step, n: int, mean: float
) -> None:
    assert rate_of_alarms(step, n, mean, 1.0) <= 2 * ALARM_BELOW


@pytest.mark.parametrize(("step", "n"), [("week", 60), ("week", 160), ("month", 36)])
def test_false_alarms_on_over_dispersed_counts_stay_near_the_nominal_rate(
    step: Step, n: int
) -> None:
    assert rate_of_alarms(step, n, 6.0, 2.0) <= 3.5 * ALARM_BELOW


def test_a_very_short_past_is_judged_with_caution() -> None:
    days = periods("week", 4)
    assert not score_surge([0, 0, 0, 2], days, "week").alarm
    assert not score_surge([1, 0, 2, 4], days, "week").alarm
    assert score_surge([1, 0, 2, 20], days, "week").alarm


def test_a_rise_of_rare_events_is_seen() -> None:
    # 47 a year in the county: 0.9 a week.
    past = np.random.default_rng(3).poisson(0.9, 156)
    found = score_surge([*past, 6], periods("week", 157), "week")
    assert found.alarm
    assert found.expected == pytest.approx(0.9, rel=0.4)
    assert not score_surge([*past, 2], periods("week", 157), "week").alarm


def test_the_season_is_expected_and_not_an_alarm() -> None:
    weeks = np.arange(260)
    mean = 20 * np.exp(0.6 * np.cos(2 * np.pi * weeks / 52.18))
    past = np.random.default_rng(8).poisson(mean)
    peak = 208  # four years on
    found = score_surge(past[: peak + 1], periods("week", peak + 1), "week")
    assert found.expected == pytest.approx(mean[peak], rel=0.2)
    assert not found.alarm


def test_a_trend_is_followed() -> None:
    weeks = np.arange(200)
    mean = 20 * np.exp(0.005 * weeks)
    past = np.random.default_rng(8).poisson(mean)
    found = score_surge(past, periods("week", 200), "week")
    assert found.expected == pytest.approx(mean[-1], rel=0.15)


def test_days_of_the_week_differ() -> None:
    days = periods("day", 301)  # the last is a Saturday or not: look
    busy = np.array([30.0 if day.weekday() == 5 else 4.0 for day in days])
    past = np.random.default_rng(4).poisson(busy)
    saturday = max(i for i, day in enumerate(days) if day.weekday() == 5)
    assert not score_surge(past[: saturday + 1], days[: saturday + 1], "day").alarm
    sunday = [*past[: saturday - 6], *past[saturday - 6 : saturday + 1], 30]
    assert score_surge(sunday, days[: saturday + 2] if saturday < 300 else days, "day").alarm


def test_holidays_are_learnt_from_past_ones() -> None:
    days = periods("day", 500)
    holidays = frozenset(days[40::45])
    mean = np.array([25.0 if day in holidays else 5.0 for day in days])
    past = np.random.default_rng(4).poisson(mean)
    last = max(i for i, day in enumerate(days) if day in holidays)
    judged = past[: last + 1], days[: last + 1]
    assert not score_surge(*judged, "day", holidays).alarm
    assert score_surge(*judged, "day").alarm


def test_a_past_outbreak_does_not_hide_the_next() -> None:
    past = np.random.default_rng(5).poisson(5.0, 150)
    past[60:64] = 40
    assert score_surge([*past, 17], periods("week", 151), "week").alarm


def test_a_past_of_zeros_has_a_mean() -> None:
    found = score_surge([0] * 30 + [3], periods("week", 31), "week")
    assert 0 < found.expected < 0.1
    assert found.alarm


def test_fewer_than_three_events_are_never_an_alarm() -> None:
    assert not score_surge([0] * 200 + [2], periods("week", 201), "week").alarm


def test_no_count_is_more_probable_than_certain() -> None:
    assert score_surge([3, 4, 0], periods("month", 3), "month").p_value == 1.0


def test_nothing_after_the_judged_period_and_nothing_random_enters() -> None:
    past = np.random.default_rng(5).poisson(5.0, 150)
    days = periods("week", 150)
    assert score_surge(past, days, "week") == score_surge(list(past), tuple(days), "week")


def test_the_screen_never_says_no_where_the_fit_would_alarm() -> None:
    generator = np.random.default_rng(12)
    alarms = screened = 0
    for _ in range(3000):
        n = int(generator.integers(2, 120))
        past = counts(generator, float(generator.uniform(0.1, 6)), n, 2.0)
        series = [*past[:-1], int(past[-1] + generator.poisson(2))]
        alarm = score_surge(series, periods("week", n), "week").alarm
        alarms += alarm
        screened += not screen_surge(series)
        assert screen_surge(series) or not alarm
    assert alarms > 100
    assert screened > 1000


def test_pooled_series_share_season_and_dispersion() -> None:
    generator = np.random.default_rng(2)
    weeks = np.arange(157)
    mean = 0.6 * np.exp(0.9 * np.cos(2 * np.pi * weeks / 52.18))
    series = [generator.poisson(mean) for _ in range(30)]
    days = periods("week", 157)
    alone = [score_surge(one, days, "week").expected for one in series]
    pooled = [one.expected for one in score_surge_pooled(series, days, "week")]
    truth = mean[-1]
    assert np.mean(np.abs(np.log(pooled) - np.log(truth))) < np.mean(
        np.abs(np.log(alone) - np.log(truth))
    )
    assert score_surge_pooled([], days, "week") == ()


def test_counts_and_periods_must_agree() -> None:
    with pytest.raises(ValueError, match="length"):
        score_surge([1, 2], periods("week", 3), "week")
    with pytest.raises(ValueError, match="past"):
        score_surge([1], periods("week", 1), "week")


@pytest.mark.parametrize("variance", [4.0, 4.0001, 9.0])
def test_the_tail_is_that_of_the_distribution(variance: float) -> None:
    generator = np.random.default_rng(1)
    drawn = counts(generator, 4.0, 200_000, max(variance / 4.0, 1.0) if variance > 4.1 else 1.0)
    for seen in (0, 1, 5, 9):
        assert tail(seen, 4.0, variance) == pytest.approx((drawn >= seen).mean(), abs=0.005)


def test_a_triangle_without_an_inverse_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError, match="no inverse"):
        _through(np.array([[1.0, 0.0], [1.0, 0.0]]), np.ones((2, 1)))
