"""Turns readings into the geometry of charts; percentages of the width, so that any width fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cioghub.vocabulary.fortnights import DAYS
from cioghub.vocabulary.words import CATEGORY_WORDS, day_words
from cioghub.wire.site.results import ReadAlert

MOST_SERIES = 6
"""Small charts for each area: more would be a table again."""


@dataclass(frozen=True, slots=True)
class Span:
    """One alert on the time line: its window before it was raised, and the days it was open."""

    alert: ReadAlert
    before: tuple[float, float]
    open: tuple[float, float]


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The days shown: a line at each fortnight, a name for each month, a span for each alert."""

    fortnights: tuple[float, ...]
    months: tuple[tuple[str, float], ...]
    spans: tuple[Span, ...]


def time_line(alerts: Sequence[ReadAlert], first: date, last: date, anchor: date) -> TimeLine:
    """Return where everything lies between the first and the last day, in percent."""
    days = (last - first).days + 1

    def at(day: date) -> float:
        return round(min(max((day - first).days / days * 100, 0.0), 100.0), 2)

    spans = []
    for alert in alerts:
        begun = date.fromisoformat(alert.changes[0].data["window"]["from"])
        end = alert.closed or last + timedelta(days=1)
        x, raised, closed = at(min(begun, alert.raised)), at(alert.raised), at(end)
        spans.append(Span(alert, (x, max(raised - x, 0.0)), (raised, max(closed - raised, 1.2))))
    begin = first + timedelta(days=-(first - anchor).days % DAYS)
    fortnights = tuple(at(begin + timedelta(days=DAYS * n)) for n in range(days // DAYS + 1))
    months = []
    month = first
    while month <= last:
        months.append((day_words(month, year=False).split(" ")[1], at(month)))
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    return TimeLine(fortnights, tuple(months), tuple(spans))


@dataclass(frozen=True, slots=True)
class Bar:
    """One fortnight of a series: the height in percent, or None where the number is hidden."""

    height: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """One category of one publisher in one area, fortnight by fortnight."""

    category: str
    publisher: str
    bars: tuple[Bar, ...]
    latest: str


def fortnight_series(
    pictures: Sequence[Mapping[str, Any]], level: str, code: str
) -> tuple[Series, ...]:
    """Return the largest series of an area, of what the pictures show and nothing else."""
    found: dict[tuple[str, str], dict[int, Any]] = {}
    for n, picture in enumerate(pictures):
        for area in picture["areas"]:
            if (area["level"], area["code"]) != (level, code):
                continue
            for row in area["counts"]:
                for entry in row["counts"]:
                    key = (row["hub_category"], entry["publisher"])
                    found.setdefault(key, {})[n] = entry["count"]
    ranked = sorted(found.items(), key=lambda one: (-_total(one[1]), one[0]))[:MOST_SERIES]
    return tuple(_series(key, counts, pictures) for key, counts in ranked if _total(counts))


def _total(counts: Mapping[int, Any]) -> int:
    return sum(count for count in counts.values() if isinstance(count, int))


def _series(
    key: tuple[str, str], counts: Mapping[int, Any], pictures: Sequence[Mapping[str, Any]]
) -> Series:
    most = max((c for c in counts.values() if isinstance(c, int)), default=0) or 1
    bars = []
    for n, picture in enumerate(pictures):
        count = counts.get(n, 0)
        when = day_words(date.fromisoformat(picture["fortnight"]["from"]), year=False)
        height = round(count / most * 100, 1) if isinstance(count, int) else None
        bars.append(Bar(height, f"{when}: {_words(count)}"))
    return Series(
        CATEGORY_WORDS[key[0]], key[1], tuple(bars), _words(counts.get(len(pictures) - 1, 0))
    )


def _words(count: int | str | None) -> str:
    return "left out" if count is None else str(count)
