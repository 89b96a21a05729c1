"""Contract 6: `ciog detect` on anyone's counts, judged on the past only."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Ciog = Callable[..., Any]
START = date(2024, 1, 1)
SIX = re.compile(r"-?(?:\d+|\d*\.\d+)(?:e[+-]?\d+)?")


def _write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> Path:
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _series(name: str, periods: int, step: int = 7, seed: int = 1) -> list[tuple[str, date, int]]:
    chance = random.Random(seed)
    return [
        (name, START + timedelta(days=step * n), chance.choice((2, 3, 4, 5, 6, 7, 8)))
        for n in range(periods)
    ]


def _significant(text: str) -> int:
    return len(re.sub(r"e.*|\D", "", text).lstrip("0"))


@pytest.fixture
def surge(ciog: Ciog, tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
    def run(rows: Sequence[Sequence[object]], *options: object) -> list[dict[str, str]]:
        counts = _write(tmp_path / "counts.csv", "series,period,count", rows)
        done = ciog("detect", "surge", counts, "--out", tmp_path / "scores.csv", *options)
        assert done.code == 0, done.err
        return _read(tmp_path / "scores.csv")

    return run


def test_surge_has_these_columns_and_six_significant_digits(surge: Any) -> None:
    rows = _series("knife", 60)
    rows[50] = ("knife", rows[50][1], 40)
    found = surge(rows, "--from", rows[30][1])
    assert list(found[0]) == ["series", "period", "seen", "expected", "p_value", "alarm"]
    assert [(row["series"], row["period"]) for row in found] == [
        (name, day.isoformat()) for name, day, _ in rows[30:]
    ]
    for row in found:
        assert row["alarm"] in {"true", "false"}
        for column in ("expected", "p_value"):
            assert SIX.fullmatch(row[column])
            assert _significant(row[column]) <= 6
    assert [row["period"] for row in found if row["alarm"] == "true"] == [rows[50][1].isoformat()]


@pytest.mark.parametrize("options", [(), ("--pool",)], ids=["alone", "pooled"])
def test_cutting_the_future_off_changes_no_row(surge: Any, options: tuple[str, ...]) -> None:
    names = [_series(name, 40, seed=seed) for seed, name in enumerate("abc")]
    whole = surge([row for rows in names for row in rows], *options)
    for kept in (2, 17, 39):
        cut = surge([row for rows in names for row in rows[:kept]], *options)
        last = names[0][kept - 1][1].isoformat()
        assert cut == [row for row in whole if row["period"] <= last]


def test_no_series_changes_another_without_pool(surge: Any) -> None:
    one, other = _series("one", 40), [(n, d, c * 9) for n, d, c in _series("two", 40, seed=2)]
    both = [*one, *other]
    random.Random(3).shuffle(both)
    assert [row for row in surge(both) if row["series"] == "one"] == surge(one)


@pytest.mark.parametrize("step", [1, 7, "month"])
def test_days_weeks_and_months_are_judged_and_a_gap_is_refused(
    surge: Any, ciog: Ciog, tmp_path: Path, step: Any
) -> None:
    if step == "month":
        days = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(40)]
        rows = [("x", day, 3 + n % 3) for n, day in enumerate(days)]
    else:
        rows = _series("x", 40, step)
    assert surge(rows)[-1]["period"] == rows[-1][1].isoformat()
    gap = _write(tmp_path / "gap.csv", "series,period,count", [*rows[:20], *rows[21:]])
    done = ciog("detect", "surge", gap, "--out", tmp_path / "none.csv")
    assert done.code == 2
    assert "gap" in done.err
    assert not (tmp_path / "none.csv").exists()


def test_holidays_are_learnt_from_past_holidays(surge: Any, tmp_path: Path) -> None:
    rows = [(n, d, c) for n, d, c in _series("x", 400, 1)]
    free = [day for _, day, _ in rows[5::20]]
    rows = [(n, d, c + 12 if d in free else c) for n, d, c in rows]
    holidays = _write(tmp_path / "free.csv", "day", [[day] for day in free])
    last = free[-1].isoformat()

    def expected(found: list[dict[str, str]]) -> float:
        return float(next(row["expected"] for row in found if row["period"] == last))

    since = ("--from", last)
    assert expected(surge(rows, "--holidays", holidays, *since)) > expected(surge(rows, *since)) + 4


@pytest.fixture
def cluster(ciog: Ciog, tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
    def run(
        rows: Sequence[Sequence[object]], *options: object, people: bool = True
    ) -> list[dict[str, str]]:
        events = _write(tmp_path / "events.csv", "day,area,count", rows)
        centres = [(f"P{n}", n % 4, n // 4, 1500)[: 4 if people else 3] for n in range(12)]
        header = "area,x,y,population" if people else "area,x,y"
        areas = _write(tmp_path / "centres.csv", header, centres)
        out = tmp_path / "clusters.csv"
        done = ciog("detect", "cluster", events, "--areas", areas, "--out", out, *options)
        assert done.code == 0, done.err
        return _read(out)

    return run


def _events(days: int = 90) -> list[tuple[date, str, int]]:
    chance = random.Random(5)
    found = []
    for n in range(days):
        for area in range(12):
            count = int(chance.random() < 0.08) + (3 if n in (80, 81, 82) and area == 6 else 0)
            if count or (n in (0, days - 1) and area == 0):
                found.append((START + timedelta(days=n), f"P{area}", count))
    return found


def test_cluster_writes_a_line_a_day_from_the_day_on(cluster: Any) -> None:
    rows = _events()
    found = cluster(rows)
    assert list(found[0]) == [
        *("day", "areas", "from", "seen", "expected", "score", "recurrence_days")
    ]
    assert [row["day"] for row in found] == [
        (START + timedelta(days=n)).isoformat() for n in range(90)
    ]
    since = START + timedelta(days=75)
    assert cluster(rows, "--from", since) == [r for r in found if r["day"] >= since.isoformat()]
    (knot,) = [row for row in found if row["day"] == (START + timedelta(days=82)).isoformat()]
    assert knot["areas"] == "P6"
    assert knot["from"] == (START + timedelta(days=80)).isoformat()
    assert float(knot["recurrence_days"]) > 365


def test_a_day_with_nothing_unusual_has_no_recurrence(cluster: Any) -> None:
    for row in cluster(_events(20)):
        assert (row["areas"] == "") <= (row["recurrence_days"] == "")
        for area in row["areas"].split():
            assert re.fullmatch(r"P\d+", area)
        for column in ("expected", "score"):
            assert SIX.fullmatch(row[column])
            assert _significant(row[column]) <= 6


def test_cutting_the_future_off_changes_no_line_and_neither_does_the_order_of_rows(
    cluster: Any,
) -> None:
    rows = _events()
    whole = cluster(rows)
    last = START + timedelta(days=83)
    cut = [*(row for row in rows if row[0] < last), (last, "P0", 0)]
    random.Random(9).shuffle(cut)
    kept = [row for row in rows if row[0] < last or row[:2] == (last, "P0")]
    if (last, "P0") not in {row[:2] for row in kept}:
        kept.append((last, "P0", 0))
    assert cluster(cut)[:-1] == whole[:83]


def test_a_missing_pair_is_zero_and_population_is_optional(cluster: Any) -> None:
    rows = _events(60)
    given = {row[:2] for row in rows}
    zeros = [
        (START + timedelta(days=n), f"P{area}", 0)
        for n in range(60)
        for area in range(12)
        if (START + timedelta(days=n), f"P{area}") not in given
    ]
    assert cluster([*rows, *zeros]) == cluster(rows)
    assert len(cluster(rows, people=False)) == 60
