"""The grid of fortnights: when one begins, ends and freezes, in the partnership's own days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cioghub.vocabulary.areas import Calendar

DAYS = 14


@dataclass(frozen=True, slots=True, order=True)
class Fortnight:
    """Fourteen local days from a Monday: `first` and `last` are both included."""

    first: date

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.first + timedelta(days=DAYS - 1)

    def back(self, fortnights: int) -> Fortnight:
        """Return the fortnight so many before."""
        return Fortnight(self.first - timedelta(days=DAYS * fortnights))


def fortnight_of(day: date, calendar: Calendar) -> Fortnight:
    """Return the fortnight that holds a day."""
    steps = (day - calendar.fortnight_anchor).days // DAYS
    return Fortnight(calendar.fortnight_anchor + timedelta(days=DAYS * steps))


def frozen_on(today: date, since: date, calendar: Calendar) -> Iterator[Fortnight]:
    """Yield the fortnights that freeze at the midnight that begins `today`.

    A fortnight freezes `freeze_after_days` after its end. It is whole only when it began no earlier
    than `since`, the day from which the hub was listening.
    """
    ended = today - timedelta(days=calendar.freeze_after_days)
    one = fortnight_of(ended - timedelta(days=1), calendar)
    if one.last + timedelta(days=1) == ended and one.first >= since:
        yield one
