"""Freezes each fortnight once for each audience, from what that audience has read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cioghub.steps.picture.compile import (
    Counted,
    Period,
    Reader,
    compile_picture,
)
from cioghub.steps.picture.ended import ended_publishers, ended_words
from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.standing import Standing
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import midnight, rfc3339
from cioghub.vocabulary.fortnights import Fortnight, frozen_on
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.readings import Audience, Reading, ShownCounts, Source
from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.signals import AlertChange
from cioghub.vocabulary.tallies import Tally

Tallier = Callable[[int, date, date, bool], Tally]
"""(known at, first day, last day, monthly) to counts."""

Protector = Callable[[str, Tally], ShownCounts]
"""(name of a period, its counts) to how each of them may be shown."""

SEASON_FORTNIGHTS = 26
LEAST_WEEKS = 8
"""Weeks of history below which no method can say what is usual."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One frozen picture of one audience."""

    audience: str
    fortnight: Fortnight
    content: Mapping[str, Any] = field(repr=False)


class Album:
    """Remembers what each audience has read, and makes its pictures."""

    REMEMBERS = ("_read",)

    def __init__(
        self,
        audiences: Sequence[Audience],
        sources: Mapping[str, tuple[Source, ...]],
        protect: Protector,
        agreements: Iterable[Agreement],
        areas: Areas,
        bundle_hash: str,
        zone: ZoneInfo,
        since: date,
        label: str | None,
    ) -> None:
        self._audiences = audiences
        self._sources = sources
        self._protect = protect
        self._to_hub = [a for a in agreements if a.recipient == HUB_RECIPIENT]
        self._areas = areas
        self._bundle = bundle_hash
        self._zone = zone
        self._since = since
        self._label = label
        self._read: dict[tuple[str, str], list[tuple[date, Reading]]] = {}

    def note(self, today: date, readings: Iterable[Reading]) -> None:
        """Keep what was read at the midnight that begins `today`: it is about the day before."""
        for reading in readings:
            if reading.audience is not None:
                key = (reading.audience, reading.alert.id)
                entry = (today - timedelta(days=1), reading)
                self._read.setdefault(key, []).append(entry)

    def freeze(
        self,
        now: int,
        today: date,
        tally: Tallier,
        feeds: Callable[[Fortnight], Sequence[FeedState]],
    ) -> list[Frozen]:
        """Return the pictures that freeze at this midnight, by fortnight and audience."""
        found = []
        for fortnight in frozen_on(today, self._since, self._areas.calendar):
            counted = self._counted(now, fortnight, tally)
            states = feeds(fortnight)
            for audience in self._audiences:
                reader = self._reader(audience)
                limits = self._limits(audience.id, fortnight)
                named_by = {a.publisher for a in self._naming(audience.id)}
                content = compile_picture(
                    reader,
                    fortnight,
                    counted,
                    self._sources[audience.id],
                    self._standings(audience.id, fortnight),
                    [state for state in states if state.publisher in named_by],
                    {
                        f"{level}:{code}": words
                        for level, code, _ in reader.cells
                        for words in limits
                    },
                    self._areas,
                    rfc3339(now, self._zone),
                    self._bundle,
                    self._label,
                )
                found.append(Frozen(audience.id, fortnight, content))
        return found

    def _counted(self, now: int, fortnight: Fortnight, tally: Tallier) -> Counted:
        before = fortnight.back(1)
        season = fortnight.back(SEASON_FORTNIGHTS)
        freeze = before.last + timedelta(days=1 + self._areas.calendar.freeze_after_days)
        then = midnight(freeze, self._zone)
        month_end = (fortnight.last + timedelta(days=1)).replace(day=1) - timedelta(days=1)
        month = month_end.replace(day=1)
        monthly = tally(now, month, month_end, True)
        whole = before.first >= self._since

        def period(one: Fortnight) -> Period:
            return self._period(one.first.isoformat(), tally(now, one.first, one.last, False))

        return Counted(
            now=period(fortnight),
            last=period(before) if whole else None,
            season=period(season) if season.first >= self._since else None,
            last_then=tally(then, before.first, before.last, False) if whole else None,
            month=self._period(f"month {month:%Y-%m}", monthly) if monthly.cells else None,
            month_name=f"{month:%Y-%m}",
        )

    def _period(self, name: str, tally: Tally) -> Period:
        return Period(tally, self._protect(name, tally))

    def _naming(self, audience: str) -> list[Agreement]:
        """Return the agreements that let this audience read anything at all."""
        return [a for a in self._to_hub if any(reader == audience for reader, _ in a.release)]

    def _limits(self, audience: str, fortnight: Fortnight) -> list[str]:
        """Return in words why quiet may not be quiet, the graver reason only."""
        ended = ended_publishers(self._naming(audience), fortnight.last)
        if ended:
            return [ended_words(ended)]
        weeks = (fortnight.first - self._since).days // 7
        if weeks < LEAST_WEEKS:
            return [f"there are {weeks} weeks of history and {LEAST_WEEKS} are needed"]
        return []

    def _reader(self, audience: Audience) -> Reader:
        names = {("ciog", ciog.id): ciog.name for ciog in self._areas.ciogs}
        for level, code in audience.cells:
            place = self._areas.place(level, code)
            names.setdefault((level, code), place.name if place else code)
        return Reader(
            audience.id,
            audience.name,
            tuple((level, code, names[level, code]) for level, code in audience.cells),
        )

    def _standings(self, audience: str, fortnight: Fortnight) -> list[Standing]:
        found = []
        for (reader, alert), entries in self._read.items():
            known = [(day, r) for day, r in entries if day <= fortnight.last]
            if reader != audience or not known:
                continue
            raised = known[0][0]
            day, last = known[-1]
            if last.alert.change is AlertChange.CLOSED:
                if day < fortnight.first:
                    continue
                state = "closed"
            else:
                state = "new" if raised >= fortnight.first else "continuing"
            found.append(Standing(alert, state, last.data, raised.isoformat()))
        order = ("new", "continuing", "closed")
        return sorted(found, key=lambda s: (order.index(s.state), s.raised, s.alert))
