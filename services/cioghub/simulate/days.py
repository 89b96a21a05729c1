"""Days of the simulated county: bank holidays, school days and local clock texts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cioghub.vocabulary.buckets import midnight

DAY = 86_400
HOUR = 3_600


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus, Nature, 20 April 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    offset = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * offset) // 451
    month, day = divmod(h + offset - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=last.weekday())


def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of England in a year, without single royal ones.

    The days of the Banking and Financial Dealings Act 1971; one that falls on a weekend is kept on
    the next free weekday.
    """
    sunday = easter(year)
    found = [sunday - timedelta(days=2), sunday + timedelta(days=1)]
    found += [_first_monday(year, 5), _last_monday(year, 5), _last_monday(year, 8)]
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in found:
            day += timedelta(days=1)
        found.append(day)
    return frozenset(found)


def is_school_day(day: date) -> bool:
    """Say whether schools are open: English terms as Warwickshire usually sets them.

    A working assumption, right to a day or two: two weeks at Christmas and at Easter, six in
    summer, and a week in the middle of each term.
    """
    if day.weekday() > 4 or day in bank_holidays(day.year):
        return False
    month_day = (day.month, day.day)
    if month_day >= (12, 20) or month_day <= (1, 4) or (7, 22) <= month_day <= (9, 1):
        return False
    sunday = easter(day.year)
    if sunday - timedelta(days=6) <= day <= sunday + timedelta(days=5):
        return False
    february = date(day.year, 2, 18)
    breaks = (
        february - timedelta(days=february.weekday()),
        _last_monday(day.year, 5),
        _last_monday(day.year, 10),
    )
    return not any(monday <= day < monday + timedelta(days=5) for monday in breaks)


class Clock:
    """Local midnights of a run of days, and instants as RFC 3339 text with offset."""

    __slots__ = ("_hours", "_tails", "days", "end", "first", "midnights", "start", "zone")

    def __init__(self, first: date, days: int, timezone: str) -> None:
        self.zone = ZoneInfo(timezone)
        self.first = first
        self.days = days
        # Two more midnights than days: intervals may reach into the night after the last day.
        spans = range(days + 2)
        self.midnights = [midnight(first + timedelta(days=n), self.zone) for n in spans]
        self.start = self.midnights[0]
        self.end = self.midnights[days]
        self._hours: dict[int, tuple[str, int, str]] = {}
        self._tails = [f"{n // 60:02d}:{n % 60:02d}" for n in range(HOUR)]

    def date(self, index: int) -> date:
        """Return the day with this index."""
        return self.first + timedelta(days=index)

    def index_of(self, seconds: int) -> int:
        """Return the index of the local day that holds the instant."""
        return (datetime.fromtimestamp(seconds, self.zone).date() - self.first).days

    def at(self, index: int, hour: float) -> int:
        """Return the instant of a wall-clock hour (0 to 24) of a day, to the minute."""
        before, after = self.midnights[index], self.midnights[index + 1]
        wanted = int(hour * 60) * 60
        # Count from the nearer midnight, so that the night of a clock change stays right.
        return before + wanted if wanted < DAY // 8 else after - (DAY - wanted)

    def text(self, seconds: int) -> str:
        """Return the instant as RFC 3339 text with the local offset."""
        quarter = seconds // 900
        known = self._hours.get(quarter)
        if known is None:
            whole = datetime.fromtimestamp(quarter * 900, self.zone).isoformat()
            known = (whole[:14], int(whole[14:16]) * 60, whole[19:])
            if len(self._hours) > 100_000:
                self._hours.clear()
            self._hours[quarter] = known
        return known[0] + self._tails[known[1] + seconds % 900] + known[2]
