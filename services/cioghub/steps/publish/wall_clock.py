"""Turns what a table says of a time into an instant or an honest interval, in a zone's wall clock.

Rules for editors:
1. A time is as exact as its format: a day is the whole day, a month the whole month, an hour
   without minutes the whole hour. No instant is ever made up.
2. The hour that the clocks repeat in autumn is two instants: it becomes the interval between them.
   The hour that they skip in spring never was: it is a fault.
3. All intervals are half-open, in whole seconds since 1970 UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cioghub.vocabulary.mapping import WhenRule

DIRECTIVES = frozenset("YymdbBHIpMSfz")
"""The parts of a time that a format may name, after the percent sign, as `strptime` reads them."""

WRONG_FORM = "wrong-form"
MISSING_HOUR = "missing-hour"
DAY, MONTH, HOUR, AMBIGUOUS = "day", "month", "hour", "ambiguous-hour"


class Span(NamedTuple):
    """From and to in seconds since 1970 UTC, equal when exact; `note` says why they are not."""

    start: int
    end: int
    note: str | None


class Format(NamedTuple):
    """One format: the pattern for `strptime`, and how exact it is (None: an instant)."""

    pattern: str
    exactness: str | None
    has_offset: bool


def read_format(pattern: str) -> Format:
    """Return a format; raise ValueError, with the fault in words, when it is none."""
    named = re.findall("%(.?)", pattern)
    for one in named:
        if one not in DIRECTIVES:
            raise ValueError(f"`%{one}` is not a part of a time that a mapping may name")
    if len(named) != len(set(named)):
        raise ValueError(f"`{pattern}` names a part of the time twice")
    parts = set(named)
    if not parts & {"Y", "y"} or not parts & {"m", "b", "B"}:
        raise ValueError(f"`{pattern}` needs a year and a month")
    if ("I" in parts) != ("p" in parts):
        raise ValueError(f"`{pattern}`: %I and %p go together")
    clock = parts & {"H", "I"}
    if "d" not in parts:
        if clock:
            raise ValueError(f"`{pattern}` has an hour of no day")
        return Format(pattern, MONTH, "z" in parts)
    if not clock:
        return Format(pattern, DAY, "z" in parts)
    return Format(pattern, None if "M" in parts else HOUR, "z" in parts)


def order_differs(formats: tuple[str, ...]) -> bool:
    """Say whether one format reads the day before the month in digits and another after it."""
    orders = {
        pattern.index("%d") < pattern.index("%m")
        for pattern in formats
        if "%d" in pattern and "%m" in pattern and not pattern.startswith("%Y")
    }
    return len(orders) > 1


class WallClock:
    """Reads the times of one rule, in one zone."""

    def __init__(self, rule: WhenRule, zone: ZoneInfo) -> None:
        self.columns = rule.columns
        self._formats = [read_format(pattern) for pattern in rule.formats]
        self._day_only_at = frozenset(rule.day_only_at)
        self._zone = zone

    def read(self, text: str) -> Span | str:
        """Return the span of a text, or the code of its fault."""
        for form in self._formats:
            try:
                # A wall clock shows no zone. To give it one here would choose unseen between the
                # two instants of an hour that comes twice: `_span` looks for both, then does.
                local = datetime.strptime(text, form.pattern)  # noqa: DTZ007 - zone given in `_span`
            except ValueError:
                continue
            if not 1900 < local.year < 2200:
                return WRONG_FORM
            return self._span(local, form)
        return WRONG_FORM

    def _span(self, local: datetime, form: Format) -> Span | str:
        day_only = form.exactness is None and local.strftime("%H:%M") in self._day_only_at
        exactness = DAY if day_only else form.exactness
        if local.tzinfo is not None:
            local = local.astimezone(self._zone)
            if exactness is None:
                at = int(local.timestamp())
                return Span(at, at, None)
            local = local.replace(tzinfo=None, fold=0)
        if exactness == MONTH:
            first = local.replace(day=1, hour=0, minute=0, second=0)
            return Span(self._at(first), self._at((first + timedelta(32)).replace(day=1)), MONTH)
        if exactness == DAY:
            first = local.replace(hour=0, minute=0, second=0)
            return Span(self._at(first), self._at(first + timedelta(1)), DAY)
        early, late = self._at(local), self._at(local.replace(fold=1))
        if early != late:
            back = datetime.fromtimestamp(early, UTC).astimezone(self._zone)
            if back.replace(tzinfo=None) != local.replace(microsecond=0):
                return MISSING_HOUR
        hour = 3600 if exactness == HOUR else 0
        if early == late:
            return Span(early, early + hour, exactness)
        return Span(early, late + hour, AMBIGUOUS)

    def _at(self, local: datetime) -> int:
        return int(local.replace(tzinfo=self._zone).timestamp())
