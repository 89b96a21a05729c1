"""Buckets of time in the partnership's own zone: hours, three hours, days, weeks, months.

Intervals are half-open. A start is floored to its bucket; an end goes up to the end of its bucket,
but an end that lies on a boundary stays. Weeks begin on Monday. On the days when the clocks change
a bucket is as long as the wall clock says.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cioghub.vocabulary.known import Known

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER = 900  # every zone's offset has been a multiple of 15 minutes since 1970
_MOST_REMEMBERED = 200_000


def _at_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def local_day(seconds: int, zone: ZoneInfo) -> date:
    """Return the day in `zone` of an instant given in seconds since 1970 UTC."""
    return datetime.fromtimestamp(seconds, zone).date()


def days_by_quarter(zone: ZoneInfo) -> Known[int, date]:
    """Return the local days of a zone by quarter of an hour since 1970 UTC (`QUARTER` seconds)."""
    return Known(lambda quarter: local_day(quarter * QUARTER, zone))


def midnight(day: date, zone: ZoneInfo) -> int:
    """Return the first instant of `day` in `zone`, in seconds since 1970 UTC."""
    return int(_at_midnight(day, zone).timestamp())


def bounds(seconds: int, level: str, zone: ZoneInfo) -> tuple[int, int]:
    """Return the bucket `[start, end)` of `level` that holds the instant, in seconds UTC."""
    local = datetime.fromtimestamp(seconds, zone)
    if level == "hour":
        start = seconds - local.minute * 60 - local.second
        return start, start + 3600
    day = local.date()
    if level == "3-hours":
        first = local.hour - local.hour % 3
        start_at = datetime(day.year, day.month, day.day, first, tzinfo=zone)
        end_day = day if first < 21 else day + timedelta(days=1)
        end_at = datetime(end_day.year, end_day.month, end_day.day, (first + 3) % 24, tzinfo=zone)
        return int(start_at.timestamp()), int(end_at.timestamp())
    if level == "day":
        first_day, next_day = day, day + timedelta(days=1)
    elif level == "week":
        first_day = day - timedelta(days=day.weekday())
        next_day = first_day + timedelta(days=7)
    elif level == "month":
        first_day = day.replace(day=1)
        next_day = (first_day + timedelta(days=32)).replace(day=1)
    else:
        raise ValueError(f"no such level of time: {level}")
    return midnight(first_day, zone), midnight(next_day, zone)


def rfc3339(seconds: int, zone: ZoneInfo) -> str:
    """Return an instant as RFC 3339 text with the offset of `zone`, whole seconds."""
    return datetime.fromtimestamp(seconds, zone).isoformat()


def parse_rfc3339(text: str) -> int:
    """Return whole seconds since 1970 UTC, fractions cut off; raise ValueError without offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    since = moment - _EPOCH
    return since.days * 86_400 + since.seconds


class Bucket(NamedTuple):
    """A bucket: its start in seconds since 1970 UTC, start and end as RFC 3339 with offset."""

    start: int
    floor: str
    end: str


class Quarters(dict[int, Bucket]):
    """The buckets of one level by quarter of an hour since 1970 UTC (`QUARTER` seconds).

    One that is asked for the first time is made; many are remembered. It is true of every instant
    of the quarter from 1970 on, since when zones are whole quarters from UTC.
    """

    def __init__(self, level: str, zone: ZoneInfo) -> None:
        self._level = level
        self._zone = zone

    def __missing__(self, quarter: int) -> Bucket:
        start, end = bounds(quarter * QUARTER, self._level, self._zone)
        found = Bucket(start, rfc3339(start, self._zone), rfc3339(end, self._zone))
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        # True from here to its end. Not so from its start, where clocks change by half an hour:
        # the hour then begins on paper in the middle of the one before.
        self.update(dict.fromkeys(range(quarter, end // QUARTER), found))
        return found


class Buckets:
    """The buckets of one zone, of every level."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._levels: dict[str, Quarters] = {}

    def of(self, level: str) -> Quarters:
        """Return the buckets of one level, the same object each time."""
        return self._levels.setdefault(level, Quarters(level, self.zone))

    def floor(self, seconds: int, level: str) -> str:
        """Return the start of the bucket, as RFC 3339 with local offset."""
        return self.of(level)[seconds // QUARTER].floor

    def ceiling(self, seconds: int, level: str) -> str:
        """Return the end of the bucket; an instant on a boundary stays where it is."""
        start, floor, end = self.of(level)[seconds // QUARTER]
        return floor if seconds == start else end
