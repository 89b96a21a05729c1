"""`ciog detect`: the hub's detection on an analyst's own counts, from file to file."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from cioghub.errors import WrongUse

if TYPE_CHECKING:
    from cioghub.steps.correlate.surge import SurgeScore
    from cioghub.steps.correlate.surge_fit import Step

T = TypeVar("T")
Line = tuple[str, ...]

MOST = 10**9
"""A larger count is a mistake, not a count."""

LONGEST_DAYS = 36_600
"""A hundred years of days, most of them missing rows read as zero: a year mistyped."""

LONGEST_WINDOW = 28
"""Days: a knot that grew over more than four weeks is a surge."""

_EXISTING = click.Path(path_type=Path)
_FROM = click.option("--from", "since", metavar="DAY", help="First day judged, YYYY-MM-DD.")
_HOLIDAYS = click.option(
    "--holidays", type=_EXISTING, metavar="FILE", help="CSV with a column `day`."
)


@click.group()
def detect() -> None:
    """Try the hub's detection on your own counts.

    \b
    Example:
      ciog detect surge counts.csv --out scores.csv --from 2025-01-01
      ciog detect cluster events.csv --areas centres.csv --out clusters.csv
    """


@detect.command()
@click.argument("counts", type=_EXISTING)
@click.option("--out", required=True, type=_EXISTING, metavar="FILE", help="CSV to write.")
@_FROM
@_HOLIDAYS
@click.option("--pool", is_flag=True, help="Share dispersion and season across the series.")
def surge(counts: Path, out: Path, since: str | None, holidays: Path | None, pool: bool) -> None:
    """Judge each count by its own past: is it more than expected?

    COUNTS has the columns series, period (the first day of a day, week or month) and count, without
    a gap. A series' first period has no past and is not judged. Each series is judged alone, unless
    --pool is given.

    \b
    Example, counts.csv:
      series,period,count
      robbery,2024-01-01,32
      robbery,2024-02-01,25
      ...
    \b
      ciog detect surge counts.csv --out scores.csv --from 2025-01-01
    \b
    scores.csv:
      series,period,seen,expected,p_value,alarm
      robbery,2025-01-01,25,31.2841,0.868317,false
    """
    from cioghub.stores.whole_files import keep_apart

    keep_apart(out, counts, holidays)
    start, free = _day_option(since), _read_holidays(holidays)
    series = _read_series(counts)
    lines = _pooled(series, start, free, counts) if pool else _alone(series, start, free)
    _write(out, "series,period,seen,expected,p_value,alarm", lines)


@detect.command()
@click.argument("events", type=_EXISTING)
@click.option(
    "--areas", required=True, type=_EXISTING, metavar="FILE", help="Centres of the areas."
)
@click.option("--out", required=True, type=_EXISTING, metavar="FILE", help="CSV to write.")
@_FROM
@_HOLIDAYS
def cluster(events: Path, areas: Path, out: Path, since: str | None, holidays: Path | None) -> None:
    """Look for knots in space and time, each day by the days before it.

    EVENTS has the columns day, area and count (a pair that is missing is zero), and the areas' file
    area, x, y and, if known, population. x and y are in any unit of length, not degrees. A line is
    written for each day from DAY on: the strongest knot that reaches to that day, and in how many
    days chance alone makes one as strong. It is empty where nothing exceeds the past.

    \b
    Example, events.csv and centres.csv:
      day,area,count              area,x,y,population
      2025-03-01,E01031001,2      E01031001,431200,265300,1532
    \b
      ciog detect cluster events.csv --areas centres.csv --out clusters.csv
    \b
    clusters.csv:
      day,areas,from,seen,expected,score,recurrence_days
      2025-03-01,E01031001 E01031004,2025-02-27,9,2.1,6.19762,48.2
    """
    from cioghub.stores.whole_files import keep_apart

    keep_apart(out, events, areas, holidays)
    start, free = _day_option(since), _read_holidays(holidays)
    names, places, population = _read_centres(areas)
    table = _read_events(events, {name: index for index, name in enumerate(names)})
    lines = _scan(names, places, population, table, start, free)
    _write(out, "day,areas,from,seen,expected,score,recurrence_days", lines)


@dataclass(frozen=True, slots=True)
class _Series:
    name: str
    step: Step
    periods: tuple[date, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Events:
    first: date
    days: int
    counts: dict[tuple[int, int], int]
    """By (days since the first, index of the area)."""


def _alone(series: list[_Series], start: date | None, free: frozenset[date]) -> Iterator[Line]:
    from cioghub.steps.correlate.surge import score_surge

    for one in _progress(series):
        for last in _judged(one, start):
            score = score_surge(one.counts[: last + 1], one.periods[: last + 1], one.step, free)
            yield _surge_line(one, last, score)


def _pooled(
    series: list[_Series], start: date | None, free: frozenset[date], path: Path
) -> Iterator[Line]:
    from cioghub.steps.correlate.surge import score_surge_pooled

    first = series[0]
    for one in series[1:]:
        if one.periods != first.periods:
            raise WrongUse(
                f"{path}: the series do not all cover the same periods.",
                "Pooled series share one season and one dispersion, period by period.",
                "Give every series the same periods, or leave out --pool.",
            )
    lines: dict[tuple[int, int], Line] = {}
    for last in _progress(list(_judged(first, start))):
        scores = score_surge_pooled(
            [one.counts[: last + 1] for one in series], first.periods[: last + 1], first.step, free
        )
        for place, (one, score) in enumerate(zip(series, scores, strict=True)):
            lines[place, last] = _surge_line(one, last, score)
    yield from (lines[key] for key in sorted(lines))


def _judged(one: _Series, start: date | None) -> Iterator[int]:
    places = range(1, len(one.periods))
    return (place for place in places if start is None or one.periods[place] >= start)


def _surge_line(one: _Series, last: int, score: SurgeScore) -> Line:
    return (
        one.name,
        one.periods[last].isoformat(),
        str(score.seen),
        _six(score.expected),
        _six(score.p_value),
        "true" if score.alarm else "false",
    )


def _scan(
    names: list[str],
    places: list[tuple[float, float]],
    population: list[float] | None,
    table: _Events,
    start: date | None,
    free: frozenset[date],
) -> Iterator[Line]:
    import numpy as np

    from cioghub.steps.correlate.cluster import Scan

    counts = np.zeros((table.days, len(names)))
    for (day, area), count in table.counts.items():
        counts[day, area] = count
    days = [table.first + timedelta(days=place) for place in range(table.days)]
    scan = Scan(
        np.array(places, dtype=np.float64),
        None if population is None else np.array(population, dtype=np.float64),
        max_areas=len(names),
        max_days=LONGEST_WINDOW,
    )
    judged = [place for place, day in enumerate(days) if not start or day >= start]
    for last in _progress(judged):
        # The first day has no past that a knot could exceed.
        found = scan.best(counts[: last + 1], days[: last + 1], free) if last else None
        today = days[last].isoformat()
        if found is None:
            yield today, "", "", "0", "0", "0", ""
            continue
        yield (
            today,
            " ".join(names[area] for area in found.areas),
            days[found.from_index].isoformat(),
            str(found.seen),
            _six(found.expected),
            _six(found.score),
            _six(found.recurrence_days),
        )


def _read_series(path: Path) -> list[_Series]:
    """Read counts, each series in order of time and checked for gaps."""
    found: dict[str, dict[date, tuple[int, int]]] = {}
    for line, row in _rows(path, "the counts", ("series", "period", "count")):
        if not row["series"]:
            _refuse(path, line, "series", "is empty")
        period = _day(row["period"], path, line, "period")
        of_series = found.setdefault(row["series"], {})
        if period in of_series:
            _refuse(path, line, "period", f"repeats that of line {of_series[period][0]}")
        of_series[period] = (line, _count(row["count"], path, line))
    if not found:
        raise WrongUse(f"{path} holds no counts.", "", "Give a row for each series and period.")
    return [_in_order(name, found[name], path) for name in sorted(found)]


def _in_order(name: str, rows: dict[date, tuple[int, int]], path: Path) -> _Series:
    periods = tuple(sorted(rows))
    apart = [(b - a).days for a, b in pairwise(periods)]
    shortest = min(apart, default=1)
    step: Step
    if shortest in (1, 7):
        step = "day" if shortest == 1 else "week"
        even = [days == shortest for days in apart]
    elif 28 <= shortest <= 31 and all(period.day <= 28 for period in periods):
        step = "month"
        even = [_next_month(a) == b for a, b in pairwise(periods)]
    else:
        line = rows[periods[apart.index(shortest) + 1]][0]
        _refuse(path, line, "period", "is neither a day, a week nor a month after the one before")
    if not all(even):
        line = rows[periods[even.index(False) + 1]][0]
        _refuse(
            path,
            line,
            "period",
            f"comes after a gap: the series runs by the {step}",
            "Write a period without events as a row with count 0.",
        )
    return _Series(name, step, periods, tuple(rows[period][1] for period in periods))


def _next_month(day: date) -> date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)


def _read_centres(path: Path) -> tuple[list[str], list[tuple[float, float]], list[float] | None]:
    found: dict[str, tuple[float, float, float | None]] = {}
    for line, row in _rows(path, "the centres of the areas", ("area", "x", "y")):
        name = row["area"]
        if not name or any(letter.isspace() for letter in name):
            _refuse(path, line, "area", "is empty or holds a space")
        if name in found:
            _refuse(path, line, "area", "is there already")
        people = None
        if "population" in row:
            people = _number(row["population"], path, line, "population")
            if people < 0:
                _refuse(path, line, "population", "is below zero")
        x, y = (_number(row[axis], path, line, axis) for axis in ("x", "y"))
        found[name] = (x, y, people)
    if not found:
        raise WrongUse(f"{path} holds no areas.", "", "Give a row for each area.")
    names = sorted(found)
    people_of = [found[name][2] for name in names]
    known = [people for people in people_of if people is not None]
    places = [(found[name][0], found[name][1]) for name in names]
    return names, places, known if len(known) == len(names) else None


def _read_events(path: Path, index: dict[str, int]) -> _Events:
    found: dict[tuple[date, int], tuple[int, int]] = {}
    for line, row in _rows(path, "the events", ("day", "area", "count")):
        day = _day(row["day"], path, line, "day")
        if row["area"] not in index:
            _refuse(path, line, "area", "is not in the file of the areas' centres")
        key = (day, index[row["area"]])
        if key in found:
            _refuse(path, line, "area", f"has a count for this day on line {found[key][0]} already")
        found[key] = (line, _count(row["count"], path, line))
    if not found:
        raise WrongUse(f"{path} holds no events.", "", "Give a row for each day and area.")
    first, last = min(day for day, _ in found), max(day for day, _ in found)
    days = (last - first).days + 1
    if days > LONGEST_DAYS:
        line = next(line for (day, _), (line, _) in found.items() if day == first)
        _refuse(path, line, "day", "lies more than a hundred years before the last day")
    counts = {((day - first).days, area): count for (day, area), (_, count) in found.items()}
    return _Events(first, days, counts)


def _read_holidays(path: Path | None) -> frozenset[date]:
    if path is None:
        return frozenset()
    read = _rows(path, "the holidays", ("day",))
    return frozenset(_day(row["day"], path, line, "day") for line, row in read)


def _rows(path: Path, what: str, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    from cioghub.wire.csv_files import read_text, rows

    return rows(read_text(path, what), path, columns)


def _refuse(path: Path, line: int, column: str, wrong: str, why: str = "") -> NoReturn:
    raise WrongUse(f"{path}, line {line}: the column `{column}` {wrong}.", why)


def _parsed(text: str) -> date | None:
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(text) if len(text) == 10 else None
        return day if day and 1900 <= day.year < 2200 else None
    return None


def _day(text: str, path: Path, line: int, column: str) -> date:
    return _parsed(text) or _refuse(path, line, column, "is not a day of 1900 to 2199, YYYY-MM-DD")


def _day_option(text: str | None) -> date | None:
    day = None if text is None else _parsed(text)
    if text is not None and day is None:
        raise WrongUse(
            "`--from` is not a day of the years 1900 to 2199.", "", "Write it as YYYY-MM-DD."
        )
    return day


def _count(text: str, path: Path, line: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= MOST):
        _refuse(path, line, "count", f"is not a whole number from 0 to {MOST}")
    return int(text)


def _number(text: str, path: Path, line: int, column: str) -> float:
    with contextlib.suppress(ValueError):
        value = float(text)
        if abs(value) <= 1e12 and "_" not in text:
            return value
    _refuse(path, line, column, "is not a number")


def _six(value: float) -> str:
    return f"{value:.6g}"


def _progress(items: list[T]) -> Iterator[T]:
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, file=sys.stderr) as bar:
        yield from bar


def _write(out: Path, header: str, lines: Iterable[Line]) -> None:
    from cioghub.stores.whole_files import whole_file

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header.split(","), *lines])
    with whole_file(out) as file:
        file.write(text.getvalue().encode())
