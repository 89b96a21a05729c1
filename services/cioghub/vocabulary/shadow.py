"""Shadow mode: agreed fortnights in which the hub runs and nobody is told anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cioghub.vocabulary.areas import Calendar
from cioghub.vocabulary.buckets import midnight
from cioghub.vocabulary.fortnights import DAYS


@dataclass(frozen=True, slots=True)
class Shadow:
    """The local days of a shadow, both included."""

    first: date
    last: date

    def begins(self, zone: ZoneInfo) -> int:
        """Return the first instant of it, in seconds since 1970 UTC."""
        return midnight(self.first, zone)

    def ends(self, zone: ZoneInfo) -> int:
        """Return the first instant after it, in seconds since 1970 UTC."""
        return midnight(self.last + timedelta(days=1), zone)

    def whole_fortnights(self, calendar: Calendar) -> bool:
        """Say whether it is made of whole fortnights of the calendar, as a comparison needs."""
        begins = (self.first - calendar.fortnight_anchor).days % DAYS == 0
        days = (self.last - self.first).days + 1
        return begins and days > 0 and days % DAYS == 0
