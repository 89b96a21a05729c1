"""When planted issues and decoys play: once in every ninety days or part of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from cioghub.simulate.calibration import BW_FROM, ST_CROSS
from cioghub.simulate.days import Clock, is_school_day
from cioghub.simulate.decoys import bank_holiday, bonfire_night, holiday_weekends, weapon_sweep
from cioghub.simulate.issues import ISSUES, Issue
from cioghub.simulate.planted import Draft, Planted
from cioghub.simulate.town import Town

BLOCK = 90
"""Days in which every issue is planted once."""

QUIET_BEFORE = 7
"""Days at the beginning of a range in which no issue is planted: a hub must first see the usual."""

QUIET_AFTER = 3
"""Days at the end that stay free, so that what is planted has been published by then."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """A feed that is silent between two instants, then sends all at once."""

    feed: str
    start: int
    end: int
    planted: Planted


@dataclass(frozen=True, slots=True)
class Change:
    """From a day on, events of some codes of a feed are recorded otherwise."""

    feed: str
    codes: frozenset[str]
    first: int
    planted: Planted


@dataclass(frozen=True, slots=True)
class Site:
    """Days on which a hospital files every assault at its own address."""

    feed: str
    place: int
    first: int
    last: int
    planted: Planted


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything planted in one range of days."""

    planted: tuple[Planted, ...]
    backlogs: tuple[Backlog, ...]
    changes: tuple[Change, ...]
    sites: tuple[Site, ...]

    def drafts(self, clock: Clock) -> dict[int, list[tuple[Planted, Draft]]]:
        """Return the planted events by the index of the day that they began on."""
        found: dict[int, list[tuple[Planted, Draft]]] = {}
        for planted in self.planted:
            for draft in planted.drafts:
                day = max(0, min(clock.index_of(draft.occurred_from), clock.days - 1))
                found.setdefault(day, []).append((planted, draft))
        return found

    def harassment_changed(self, day: int) -> bool:
        """Say whether harassment is recorded in the new way on this day."""
        return any(c.feed == "crime" and c.first <= day for c in self.changes)


def make_plan(town: Town, clock: Clock, seed: int, rate: float) -> Plan:
    """Return what to plant: issues by blocks of ninety days, decoys by calendar and by block."""
    planted: list[Planted] = []
    backlogs: list[Backlog] = []
    sites: list[Site] = []
    used: list[int] = []
    blocks = -(-clock.days // BLOCK)
    for block in range(blocks):
        rng = random.Random(f"plan {seed} {block}")
        start = block * clock.days // blocks
        length = (block + 1) * clock.days // blocks - start
        for issue in ISSUES:
            at = _start_of(issue, clock, rng, start, length)
            made = None if at is None else issue.make(town, clock, rng, at, used)
            if made is not None:
                planted.append(made)
        sweep = _fit(0.22, 7, start, length, clock, rng)
        if sweep is not None:
            planted.append(weapon_sweep(town, clock, rng, sweep))
        silent = _fit(0.32, 6, start, length, clock, rng)
        if silent is not None:
            backlogs.append(_backlog(clock, rng, silent))
        first = _fit(0.86, max(7, length // 8), start, length, clock, rng)
        if first is not None:
            last = min(first + max(7, length // 8) - 1, clock.days - 1)
            sites.append(_site(town, first, last))
    rng = random.Random(f"decoys {seed}")
    for first, last in holiday_weekends(clock):
        planted.append(bank_holiday(town, clock, rng, first, last, rate))
    for year in range(clock.first.year, clock.date(clock.days - 1).year + 1):
        bonfire = bonfire_night(town, clock, rng, year, rate)
        if bonfire is not None:
            planted.append(bonfire)
    changes = _changes(clock, rng)
    windows: list[Planted] = [
        *(backlog.planted for backlog in backlogs),
        *(change.planted for change in changes),
        *(site.planted for site in sites),
    ]
    return Plan((*planted, *windows), tuple(backlogs), changes, tuple(sites))


def _fit(
    at: float, days: int, start: int, length: int, clock: Clock, rng: random.Random
) -> int | None:
    """Return a first day near a fraction of the block, or None where there is no room."""
    wanted = start + round(at * length) + rng.choice((-1, 0, 0, 1))
    earliest = max(start, QUIET_BEFORE)
    latest = min(start + length, clock.days - QUIET_AFTER) - days
    return None if latest < earliest else max(earliest, min(wanted, latest))


def _start_of(
    issue: Issue, clock: Clock, rng: random.Random, start: int, length: int
) -> int | None:
    """Return a first day for an issue, moved into term time where it needs schools."""
    wanted = _fit(issue.begins, issue.days, start, length, clock, rng)
    if wanted is None or issue.school_days == 0:
        return wanted
    earliest = max(start, QUIET_BEFORE)
    latest = min(start + length, clock.days - QUIET_AFTER) - issue.days
    for day in sorted(range(earliest, latest + 1), key=lambda n: (abs(n - wanted), n)):
        open_days = [n for n in range(day, day + issue.days) if is_school_day(clock.date(n))]
        if len(open_days) >= issue.school_days and open_days[0] == day:
            return day
    return None


def _backlog(clock: Clock, rng: random.Random, first: int) -> Backlog:
    feed, category = rng.choice((("incident", "asb"), ("fire", "arson-threat")))
    start, end = clock.at(first, 1.0), clock.at(first + 5, 10.5)
    planted = Planted("decoy:backlog", category, None, first, first + 5)
    return Backlog(feed, start, end, planted)


def _site(town: Town, first: int, last: int) -> Site:
    place = min(range(len(town.places)), key=lambda n: (town.distance_to(n, ST_CROSS), n))
    ciog = town.place(place).ciog
    planted = Planted("decoy:site-postcode", "violence-injury", ciog, first, last)
    return Site("uhcw", place, first, last, planted)


def _changes(clock: Clock, rng: random.Random) -> tuple[Change, ...]:
    """Return changes of recording: one that is planted, and that of OW and BW if it is in range."""
    found = []
    if clock.days >= 28:
        first = round(clock.days * 0.62) + rng.choice((-1, 0, 1))
        planted = Planted("decoy:recording-change", "online-conflict", None, first, clock.days - 1)
        found.append(Change("crime", frozenset({"8R"}), first, planted))
    real = (date.fromisoformat(BW_FROM) - clock.first).days
    if 0 < real < clock.days:
        planted = Planted("decoy:recording-change", "school-weapon", None, real, clock.days - 1)
        found.append(Change("suspension", frozenset({"OW", "BW"}), real, planted))
    return tuple(found)
