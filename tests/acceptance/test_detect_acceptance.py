"""Detection on published designs and real counts: as good as Farrington Flexible, and no crier.

The weekly series are those of Noufaily et al. (2013): 28 scenarios, 624 weeks, outbreaks in the
five baseline years and one in the last 49 weeks. Farrington Flexible is written out here plainly
(26 weeks left out, unpenalised, plug-in quantile), as what the method must stand beside.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from cioghub.steps.correlate.cluster import Scan
from cioghub.steps.correlate.surge import score_surge, screen_surge

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published data are not beside")

WEEKS, FIRST = 624, 575
PERIODS = [date(2000, 1, 3) + timedelta(days=7 * i) for i in range(WEEKS)]
GROUPS = (  # theta, beta, gamma1, gamma2, phi
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)
SCENARIOS = [
    (theta, trend * beta, season * one, season * two, phi)
    for theta, beta, one, two, phi in GROUPS
    for trend in (0, 1)
    for season in (0, 1)
]


def simulate(
    scenario: tuple[float, ...], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give a series and the outbreaks' part of it."""
    theta, beta, one, two, phi = scenario
    t = np.arange(1, WEEKS + 1)
    angle = 2 * np.pi * t / 52
    mean = np.exp(theta + beta * t + one * np.cos(angle) + two * np.sin(angle))
    base = (
        generator.poisson(mean)
        if phi == 1
        else generator.negative_binomial(mean / (phi - 1), 1 / phi)
    )
    outbreak = np.zeros(WEEKS, dtype=int)
    starts = [(int(week), FIRST) for week in generator.choice(np.arange(312, 560), 4, False)]
    for start, end in [*starts, (int(generator.integers(FIRST, 620)), WEEKS)]:
        size = generator.poisson(generator.uniform(2, 10) * np.sqrt(mean[start] * phi))
        weeks = start + np.floor(np.exp(generator.normal(0, 0.5, size))).astype(int)
        np.add.at(outbreak, weeks[weeks < end], 1)
    return base + outbreak, outbreak


def farrington_flexible(counts: np.ndarray, week: int) -> bool:
    weeks = np.arange(week - 263, week - 26)
    apart = (weeks - week + 3) % 52
    levels = np.where(apart < 7, 0, 1 + (apart - 7) // 5)
    seen = counts[weeks].astype(float)

    def fitted(trend: bool) -> tuple[float, float]:
        terms = [np.ones(weeks.size), *([(weeks - week) / 52.0] if trend else [])]
        x = np.column_stack([*terms, *[(levels == level) * 1.0 for level in range(1, 10)]])
        beta, weights = np.zeros(x.shape[1]), np.ones(weeks.size)
        beta[0] = np.log(seen.mean() + 0.1)
        phi = 1.0
        for again in (True, False):
            for _ in range(25):
                mean = np.exp(np.clip(x @ beta, -15, 15))
                information = (x * (weights * mean)[:, None]).T @ x + 1e-6 * np.eye(x.shape[1])
                change = np.linalg.solve(information, x.T @ (weights * (seen - mean)))
                beta += np.clip(change, -2, 2)
                if np.abs(change).max() < 1e-6:
                    break
            mean = np.exp(np.clip(x @ beta, -15, 15))
            chi_square = (weights * (seen - mean) ** 2 / mean).sum()
            phi = max(1.0, float(chi_square / (seen.size - x.shape[1])))
            if again:
                hat = np.einsum("ij,jk,ik->i", x, np.linalg.inv(information), x) * mean
                scale = np.sqrt(phi * np.clip(1 - hat, 0.05, 1))
                residual = 1.5 * (seen ** (2 / 3) * mean ** (-1 / 6) - mean**0.5) / scale
                weights = np.where(residual > 2.58, np.maximum(residual, 1.0) ** -2, 1.0)
                weights *= seen.size / weights.sum()
        return float(np.exp(beta[0])), phi

    mean, phi = fitted(True)
    if mean > seen.max():
        mean, phi = fitted(False)
    if phi <= 1.0001:
        bound = poisson.ppf(0.995, mean)
    else:
        bound = nbinom.ppf(0.995, mean / (phi - 1), 1 / phi)
    return bool(counts[week] > bound and counts[week - 4 : week + 1].sum() >= 5)


def three_deviations(counts: np.ndarray, week: int) -> bool:
    past = counts[week - 104 : week]
    return bool(counts[week] > past.mean() + 3 * past.std())


def surge(counts: np.ndarray, week: int) -> bool:
    span = slice(week - 300, week + 1)
    # No alarm is given where the screen says no: asked first, it spares the fit.
    return screen_surge(counts[span]) and score_surge(counts[span], PERIODS[span], "week").alarm


class Figures(NamedTuple):
    """False alarms a quiet week, and the share of outbreaks noticed while they last."""

    false: dict[str, float]
    found: dict[str, float]


@pytest.fixture(scope="module")
def figures() -> Figures:
    quiet = all_of = 0
    false, found = Counter[str](), Counter[str]()
    for number, scenario in enumerate(SCENARIOS):
        for run in range(8):
            counts, outbreak = simulate(scenario, np.random.default_rng([0, number, run]))
            weeks = range(FIRST, WEEKS)
            calm = [week for week in weeks if not outbreak[week]]
            ill = [week for week in weeks if outbreak[week]]
            quiet += len(calm)
            all_of += bool(ill)
            for name, method in (("surge", surge), ("naive", three_deviations)):
                false[name] += sum(method(counts, week) for week in calm)
            for name, method in (("surge", surge), ("farrington", farrington_flexible)):
                found[name] += any(method(counts, week) for week in ill)
    return Figures(
        {name: n / quiet for name, n in false.items()},
        {name: n / all_of for name, n in found.items()},
    )


def test_false_alarms_keep_to_the_nominal_rate(figures: Figures) -> None:
    assert 0.002 <= figures.false["surge"] <= 0.006


def test_outbreaks_are_found_as_often_as_by_farrington_flexible(figures: Figures) -> None:
    assert figures.found["surge"] >= figures.found["farrington"] - 0.02
    assert figures.found["surge"] >= 0.42


def test_the_naive_rule_cries_more_often(figures: Figures) -> None:
    assert figures.false["naive"] > 1.5 * figures.false["surge"]


def street() -> dict[str, dict[str, Counter[str]]]:
    """Counts by month, crime type and LSOA of the published street-level files."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for path in sorted((DATA / "police" / "street").glob("*/*.csv.gz")):
        by_type: dict[str, Counter[str]] = defaultdict(Counter)
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                by_type[row["Crime type"]][row["LSOA code"]] += 1
        found[path.name[:7]] = by_type
    return found


@with_data
def test_the_festival_month_of_real_drug_offences_is_found_and_little_else() -> None:
    months = street()
    year = [month for month in months if month.startswith("2014")]
    periods = [date.fromisoformat(f"{month}-01") for month in year]
    alarms = set()
    for kind in ("Drugs", "Robbery", "Burglary", "Public order", "Possession of weapons"):
        counts = [sum(months[month].get(kind, Counter()).values()) for month in year]
        for last in range(4, len(year)):
            if score_surge(counts[: last + 1], periods[: last + 1], "month").alarm:
                alarms.add((kind, year[last]))
    assert ("Drugs", "2014-07") in alarms
    assert len(alarms) <= 2


@with_data
def test_real_daily_fire_calls_give_few_alarms() -> None:
    path = DATA / "fire" / "lfb-animal-special-service-incidents-2009-on.csv.gz"
    by_day: Counter[date] = Counter()
    with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            year, month, day = row["DateTimeOfCall"].split()[0].split("/")
            by_day[date(int(year), int(month), int(day))] += 1
    first = date(2016, 1, 1)
    days = [first + timedelta(days=i) for i in range(365 * 4)]
    counts = [by_day[day] for day in days]
    alarms = [
        score_surge(counts[: last + 1], days[: last + 1], "day").alarm
        for last in range(730, len(days))
    ]
    assert sum(alarms) / len(alarms) <= 0.015


def test_knots_are_found_soon_and_where_they_are() -> None:
    generator = np.random.default_rng(6)
    n, history = 100, 365
    centres, population = generator.uniform(0, 40, (n, 2)), generator.uniform(1000, 3000, n)
    rate = 3.0 * population / population.sum()
    scan = Scan(centres, population, 30, 28)
    found = placed = 0
    runs = 40
    for run in range(runs):
        counts = generator.poisson(rate, (history, n))
        near = np.argsort(((centres - centres[run]) ** 2).sum(axis=1))[:3]
        counts[-7:, near] += generator.poisson(0.4, (7, 3))
        days = [date(2024, 1, 1) + timedelta(days=i) for i in range(history)]
        score = scan.best(counts, days)
        assert score is not None
        if score.recurrence_days >= 365:
            found += 1
            placed += len(set(score.areas) & set(near.tolist())) >= 2
    assert found >= 0.5 * runs
    assert placed >= 0.9 * found
