"""The midnights of a run, and where its clock jumps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from cioghub.vocabulary.buckets import local_day, midnight
from cioghub.vocabulary.signals import Notice

LONGEST_SILENCE_DAYS = 35
"""More days than this without an event and the clock jumps."""


@dataclass(frozen=True, slots=True)
class Midnight:
    """One tick, in whole seconds since 1970 UTC; `jumped` says that days were left out before."""

    at: int
    jumped: bool = False


def midnights(days_with_events: Sequence[int], end: int, zone: ZoneInfo) -> Iterator[Midnight]:
    """Yield the local midnights after the first day with an event, up to `end`.

    `days_with_events` are ordinals in order; `end` is in whole seconds since 1970 UTC.
    """
    if not days_with_events:
        return
    last_day = local_day(end, zone)
    if midnight(last_day, zone) > end:  # pragma: no cover - a day begins with its midnight
        last_day -= timedelta(days=1)
    with_events = set(days_with_events)
    day = type(last_day).fromordinal(days_with_events[0])
    heard = day
    upcoming = list(reversed(days_with_events[1:]))
    while day < last_day:
        while upcoming and upcoming[-1] <= day.toordinal():
            upcoming.pop()
        if (day - heard).days >= LONGEST_SILENCE_DAYS:
            following = upcoming[-1] if upcoming else last_day.toordinal()
            if following - day.toordinal() > 1:
                day = type(last_day).fromordinal(following)
                heard = day
                yield Midnight(midnight(day, zone), jumped=True)
                continue
        day += timedelta(days=1)
        if day.toordinal() in with_events:
            heard = day
        yield Midnight(midnight(day, zone))


def jump_notices(due: Midnight) -> list[Notice]:
    """Return the notice of a midnight that the clock jumped to, or none."""
    if not due.jumped:
        return []
    words = "More than 35 days without an event: the clock has jumped, and nothing was settled."
    return [Notice(code="clock-jump", at=due.at, publisher=None, words=words)]
