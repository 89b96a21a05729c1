"""What the scan finds, and how often it cries without reason."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from cioghub.steps.correlate.cluster import FEWEST, WEEK, Scan
from cioghub.steps.correlate.cluster_level import Expected


def days_from(n: int) -> list[date]:
    return [date(2023, 1, 1) + timedelta(days=i) for i in range(n)]


def town(n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.uniform(0, 50, (n, 2)), generator.integers(1000, 3000, n).astype(float)


def quiet(population: np.ndarray, n: int, total: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).poisson(
        total * population / population.sum(), (n, population.size)
    )


def test_a_planted_knot_is_found_where_and_when_it_is() -> None:
    centres, population = town(80)
    counts = quiet(population, 300, 4.0, 2)
    near = np.argsort(((centres - centres[17]) ** 2).sum(axis=1))[:3]
    counts[-5:, near] += 2
    found = Scan(centres, population, 30, 28).best(counts, days_from(300))
    assert found is not None
    assert set(near.tolist()) <= set(found.areas)
    assert len(found.areas) <= 5
    assert 293 <= found.from_index <= 296
    assert found.seen >= 30
    assert found.expected < 3
    assert found.recurrence_days > 1000


def test_a_knot_that_is_over_is_not_reported_as_reaching_to_today() -> None:
    centres, population = town(40)
    counts = quiet(population, 300, 4.0, 2)
    counts[200:205, 7] += 5
    found = Scan(centres, population, 20, 28).best(counts, days_from(300))
    assert found is None or found.recurrence_days < 200


@pytest.mark.parametrize(("total", "hot"), [(1.0, False), (2.0, True), (15.0, True)])
def test_a_recurrence_of_a_year_comes_about_once_a_year(total: float, hot: bool) -> None:
    centres, population = town(50)
    generator = np.random.default_rng(9)
    rate = population * (generator.gamma(0.8, 1, 50) if hot else 1.0)
    years = 3
    counts = quiet(rate, 380 + 365 * years, total, 4)
    days = days_from(len(counts))
    scan = Scan(centres, population, 25, 28)
    often = np.array(
        [
            found.recurrence_days if found else 0.0
            for found in (
                scan.best(counts[: t + 1], days[: t + 1]) for t in range(380, len(counts))
            )
        ]
    )
    assert (often >= 365).sum() / years <= 4
    assert 0.3 <= (often >= 10).sum() / years / 36.5 <= 2.0


def test_a_rise_of_the_whole_county_is_no_knot() -> None:
    centres, population = town(50)
    counts = quiet(population, 300, 20.0, 4)
    counts[-28:] = quiet(population, 28, 30.0, 5)
    found = Scan(centres, population, 25, 28).best(counts, days_from(300))
    assert found is None or found.recurrence_days < 365


def test_weekdays_and_holidays_are_expected() -> None:
    centres, population = town(30)
    days = days_from(400)
    holidays = frozenset(days[15::32])
    level = np.array([9.0 if d in holidays else 6.0 if d.weekday() > 4 else 1.0 for d in days])
    counts = np.random.default_rng(4).poisson(
        level[:, None] * population / population.sum(), (400, 30)
    )
    today = max(i for i, day in enumerate(days) if day in holidays and i > 300)
    scan = Scan(centres, population, 15, 1)
    known = scan.best(counts[: today + 1], days[: today + 1], holidays)
    unknown = scan.best(counts[: today + 1], days[: today + 1])
    assert known is not None
    assert unknown is not None
    assert known.score < unknown.score


def test_nothing_exceeding_gives_nothing() -> None:
    centres, population = town(10)
    scan = Scan(centres, population, 5, 7)
    assert scan.best(np.zeros((40, 10)), days_from(40)) is None
    assert scan.best(np.ones((1, 10)), days_from(1)) is None


def test_two_days_are_enough_to_be_asked() -> None:
    centres, _ = town(10)
    counts = np.zeros((2, 10), dtype=int)
    counts[1, 3] = 4
    found = Scan(centres, None, 5, 28).best(counts, days_from(2))
    assert found is not None
    assert found.areas == (3,)
    assert found.from_index == 1


def test_the_answer_does_not_depend_on_what_was_asked_before() -> None:
    centres, population = town(20)
    scan, other = Scan(centres, population, 10, 14), Scan(centres, population, 10, 14)
    loud, low = quiet(population, 120, 9.0, 1), quiet(population, 120, 1.0, 2)
    days = days_from(120)
    assert (scan.best(loud, days), scan.best(low, days)) == tuple(
        reversed((other.best(low, days), other.best(loud, days)))
    )


def test_a_circle_holds_at_most_half_of_the_population_and_stays_within_its_radius() -> None:
    centres = np.array([[float(i), 0.0] for i in range(10)])
    counts = np.zeros((100, 10), dtype=int)
    counts[:, 0] = np.arange(100) % 4 == 0
    counts[-3:] = 5
    counts[-3:, :6] = 9
    found = Scan(centres, np.ones(10), 10, 7).best(counts, days_from(100))
    assert found is not None
    assert len(found.areas) <= 5
    near = Scan(centres, np.ones(10), 10, 7, max_distance=1.0)
    close = near.best(counts, days_from(100))
    assert close is not None
    assert len(close.areas) <= 3


def scores(scan: Scan, latest: np.ndarray, expected: Expected) -> dict[tuple[int, int], float]:
    """Return the score of every circle and window that exceeds, by its cell and its days."""
    found = {}
    for cell in scan._cells.tolist():
        areas = scan._areas(cell)
        share = expected.share[areas].sum()
        squares = (expected.share[areas] ** 2).sum()
        week = WEEK * expected.level.mean()
        wider = expected.dispersion + expected.spread * week * squares / share
        for length in range(1, len(latest) + 1):
            c = latest[-length:, areas].sum()
            e = share * expected.level[-length:].sum()
            if c >= FEWEST and c > e:
                found[cell, length] = (c * np.log(c / e) + e - c) / wider
    return found


@pytest.mark.parametrize("seed", range(12))
def test_the_strongest_is_that_of_all_circles_and_windows(seed: int) -> None:
    """However much of the work is spared where less than some score is not asked for."""
    generator = np.random.default_rng(seed)
    centres, population = town(25, seed)
    scan = Scan(centres, population, 12, 14)
    share = generator.dirichlet(population / 500)
    level = generator.uniform(0.5, 1.5, 14) * generator.choice([0.5, 5.0, 50.0])
    expected = Expected(share, level, generator.uniform(1, 2), generator.choice([0.0, 0.3]))
    latest = generator.poisson(level[:, None] * share).astype(float)
    latest[-generator.integers(1, 9) :, generator.integers(25)] += generator.integers(3)
    every = scores(scan, latest, expected)
    strongest = max(every.values())
    for least in (0.0, 0.5 * strongest, 0.999 * strongest):
        found = scan._strongest(latest, expected, least)
        assert found is not None
        score, cell, length = found
        assert score == pytest.approx(strongest, rel=1e-9)
        assert every[cell, length] == pytest.approx(strongest, rel=1e-9)
        assert found == scan._strongest(latest, expected)
    assert scan._strongest(latest, expected, 1.001 * strongest) is None


def test_what_is_too_weak_or_too_small_is_none() -> None:
    centres, _ = town(10)
    counts = np.zeros((100, 10), dtype=int)
    counts[-1, 3] = 4
    scan, days = Scan(centres, None, 5, 7), days_from(100)
    found = scan.best(counts, days)
    assert found is not None
    assert scan.best(counts, days, least=found.score, fewest=4) == found
    assert scan.best(counts, days, least=found.score * 1.001) is None
    assert scan.best(counts, days, fewest=5) is None
