"""The grid of fortnights and their weeks: when one begins, ends and freezes, in local days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cioghub.vocabulary.areas import Calendar

WEEK = 7
DAYS = 2 * WEEK


@dataclass(frozen=True, slots=True, order=True)
class Fortnight:
    """Fourteen local days from a Monday: `first` and `last` are both included."""

    first: date

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.first + timedelta(days=DAYS - 1)

    def back(self, fortnights: int) -> Fortnight:
        """Return the fortnight so many before; of a negative number, after."""
        return Fortnight(self.first - timedelta(days=DAYS * fortnights))


def fortnight_of(day: date, calendar: Calendar) -> Fortnight:
    """Return the fortnight that holds a day."""
    steps = (day - calendar.fortnight_anchor).days // DAYS
    return Fortnight(calendar.fortnight_anchor + timedelta(days=DAYS * steps))


def week_of(day: date, calendar: Calendar) -> date:
    """Return the first day of the week that holds a day."""
    weeks = (day - calendar.fortnight_anchor).days // WEEK
    return calendar.fortnight_anchor + timedelta(days=WEEK * weeks)


def whole_weeks(first: date, last: date, calendar: Calendar) -> tuple[date, date]:
    """Return the first and last day of the weeks that hold two days and what lies between."""
    return week_of(first, calendar), week_of(last, calendar) + timedelta(days=WEEK - 1)


def frozen_on(today: date, since: date, calendar: Calendar) -> Iterator[Fortnight]:
    """Yield the fortnights that freeze at the midnight that begins `today`.

    A fortnight freezes `freeze_after_days` after its end. It is whole only when it began no earlier
    than `since`, the day from which the hub was listening.
    """
    ended = today - timedelta(days=calendar.freeze_after_days)
    one = fortnight_of(ended - timedelta(days=1), calendar)
    if one.last + timedelta(days=1) == ended and one.first >= since:
        yield one
