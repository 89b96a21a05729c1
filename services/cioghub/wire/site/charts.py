"""Turns readings into the geometry of charts; percentages of the width, so that any width fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cioghub.vocabulary.fortnights import DAYS
from cioghub.vocabulary.words import day_words
from cioghub.wire.site.results import ReadAlert


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
