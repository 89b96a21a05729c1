"""Buckets of time in the partnership's own zone: hours, three hours, days, weeks, months.

Intervals are half-open. A start is floored to its bucket; an end goes up to the end of its bucket,
but an end that lies on a boundary stays. Weeks begin on Monday. On the days when the clocks change
a bucket is as long as the wall clock says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = 900  # every zone's offset has been a multiple of 15 minutes since 1970
_MOST_REMEMBERED = 200_000


def _at_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def local_day(seconds: int, zone: ZoneInfo) -> date:
    """Return the day in `zone` of an instant given in seconds since 1970 UTC."""
    return datetime.fromtimestamp(seconds, zone).date()


class Days:
    """Tells local days of one zone, remembered by quarter of an hour."""

    __slots__ = ("_known", "_zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, date] = {}

    def of(self, seconds: int) -> date:
        """Return the day of an instant given in seconds since 1970 UTC, as `local_day` does."""
        found = self._known.get(seconds // _QUARTER)
        if found is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[seconds // _QUARTER] = local_day(seconds, self._zone)
        return found


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


Texts = Callable[[int], str]
"""Seconds since 1970 UTC to RFC 3339 text with local offset."""


class Buckets:
    """Floors and ceilings as text for one zone, remembered by quarter of an hour."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._known: dict[str, dict[int, tuple[int, str, str]]] = {}

    def _bucket(self, seconds: int, level: str) -> tuple[int, str, str]:
        known = self._known.setdefault(level, {})
        found = known.get(seconds // _QUARTER)
        if found is None:
            found = self._make(seconds, level, known)
        return found

    def _make(
        self, seconds: int, level: str, known: dict[int, tuple[int, str, str]]
    ) -> tuple[int, str, str]:
        start, end = bounds(seconds, level, self.zone)
        found = (start, rfc3339(start, self.zone), rfc3339(end, self.zone))
        if len(known) > _MOST_REMEMBERED:
            known.clear()
        # True from here to its end. Not so from its start, where clocks change by half an hour:
        # the hour then begins on paper in the middle of the one before.
        known.update(dict.fromkeys(range(seconds // _QUARTER, end // _QUARTER), found))
        return found

    def floor(self, seconds: int, level: str) -> str:
        """Return the start of the bucket, as RFC 3339 with local offset."""
        return self._bucket(seconds, level)[1]

    def ceiling(self, seconds: int, level: str) -> str:
        """Return the end of the bucket; an instant on a boundary stays where it is."""
        start, start_text, end_text = self._bucket(seconds, level)
        return start_text if seconds == start else end_text

    def floors(self, level: str) -> Texts:
        """Return `floor` for one level, made once for a plan that asks it of every event."""
        known = self._known.setdefault(level, {})
        get, make = known.get, self._make

        def floor(seconds: int) -> str:
            return (get(seconds // _QUARTER) or make(seconds, level, known))[1]

        return floor

    def ceilings(self, level: str) -> Texts:
        """Return `ceiling` for one level, likewise."""
        known = self._known.setdefault(level, {})
        get, make = known.get, self._make

        def ceiling(seconds: int) -> str:
            found = get(seconds // _QUARTER) or make(seconds, level, known)
            return found[1] if seconds == found[0] else found[2]

        return ceiling
