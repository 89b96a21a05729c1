"""One day of the ordinary: for each group, what happened, when, where and to whom."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from cioghub.simulate.calibration import MONTHS
from cioghub.simulate.days import Clock, is_school_day
from cioghub.simulate.feeds import FEED, Seconds
from cioghub.simulate.groups import Group
from cioghub.simulate.kinds_partners import (
    FIRE_GROUPS,
    HEALTH_GROUPS,
    SCHOOL_GROUPS,
    suspension_kinds,
)
from cioghub.simulate.kinds_police import CRIME_GROUPS, INCIDENT_GROUPS, harassment
from cioghub.simulate.plan import Plan
from cioghub.simulate.records import Variant, VariantTable
from cioghub.simulate.town import OUTSIDE, SUBJECTS, UNKNOWN, PlaceDraw, Town, outside_code

GROUPS: tuple[Group, ...] = (
    *CRIME_GROUPS,
    *INCIDENT_GROUPS,
    *FIRE_GROUPS,
    *HEALTH_GROUPS,
    *SCHOOL_GROUPS,
)

REPEAT = 0.12
"""Share of known suspects who are one of the district's repeat subjects (working assumption)."""

_VENUES = frozenset({"licensed-premises", "retail", "school", "transport", "town-centre"})
_NO_TOKENS = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Events of one feed that began on one day, side by side."""

    feed: str
    variants: list[Variant]
    occurred_from: Seconds
    occurred_to: Seconds
    codes: list[str | None]
    confidences: list[str]
    tokens: list[str]


def token_json(suspect: str | None, victim: str | None, place: str | None, fields: int) -> str:
    """Return the token fields of a feed that has 0, 2 or 3 of them, as JSON with a comma before."""
    if fields == 0:
        return _NO_TOKENS
    quoted = [f'"{one}"' if one else "null" for one in (suspect, victim, place)]
    text = f',"suspect_token":{quoted[0]},"victim_token":{quoted[1]}'
    return text if fields == 2 else f'{text},"place_token":{quoted[2]}'


class Background:
    """Makes the days of one town; each day and group has its own randomness."""

    def __init__(self, town: Town, clock: Clock, plan: Plan, seed: int, rate: float) -> None:
        self._town = town
        self._clock = clock
        self._plan = plan
        self._seed = seed
        self._rate = rate
        self._tables: dict[tuple[str, object], VariantTable] = {}
        self._draws: dict[tuple[str, str, bool], PlaceDraw] = {}

    def day(self, index: int) -> list[Happened]:
        """Return the ordinary events that began on a day, by group."""
        found = []
        ordinal = self._clock.first.toordinal() + index
        for number, group in enumerate(GROUPS):
            rng = np.random.default_rng((self._seed, ordinal, number))
            happened = self._of_group(group, index, rng)
            if happened is not None:
                found.append(happened)
        return found

    def _table(self, group: Group, index: int) -> VariantTable:
        changed = group.name == "harassment" and self._plan.harassment_changed(index)
        key: object = changed
        if group.feed == "suspension":
            kinds = suspension_kinds(self._clock.date(index))
            key = len(kinds)
        elif changed:
            kinds = harassment(True)
        else:
            kinds = group.kinds
        table = self._tables.get((group.name, key))
        if table is None:
            table = self._tables[group.name, key] = VariantTable(kinds)
        return table

    def _places(self, group: Group) -> PlaceDraw:
        key = (group.weight, group.shares, group.school_days)
        known = self._draws.get(key)
        if known is None:
            only = self._town.schools if group.school_days else None
            known = self._draws[key] = self._town.chances(group.weight, group.shares, only)
        return known

    def _expected(self, group: Group, index: int) -> float:
        day = self._clock.date(index)
        if group.school_days and not is_school_day(day):
            return 0.0
        expected = group.per_day * MONTHS[group.months][day.month - 1]
        expected *= group.days[day.weekday()] * self._rate
        if group.name == "harassment" and self._plan.harassment_changed(index):
            before = math.fsum(kind.weight for kind in harassment(False))
            expected *= math.fsum(kind.weight for kind in harassment(True)) / before
        return expected

    def _of_group(self, group: Group, index: int, rng: np.random.Generator) -> Happened | None:
        count = int(rng.poisson(self._expected(group, index)))
        if count == 0:
            return None
        table = self._table(group, index)
        chosen = table.draw(rng, count).tolist()
        variants = [table.variants[n] for n in chosen]
        starts, ends = self._when(group, index, count, rng)
        places = self._places(group).draw(rng, count, group.leaves_county).tolist()
        shares = np.cumsum([share for _, share in group.confidences])
        names = [name or "unknown" for name, _ in group.confidences]
        drawn = np.searchsorted(shares, rng.random(count) * shares[-1], side="right")
        confidences = [names[min(n, len(names) - 1)] for n in drawn.tolist()]
        aside = rng.random(count).tolist()
        codes: list[str | None] = []
        for n, place in enumerate(places):
            if place >= 0:
                codes.append(self._town.codes[place])
            elif place == OUTSIDE:
                codes.append(outside_code(aside[n]))
            else:
                codes.append(None)
                confidences[n] = "unknown"
        tokens = self._tokens(group, places, variants, rng)
        return Happened(group.feed, variants, starts, ends, codes, confidences, tokens)

    def _when(
        self, group: Group, index: int, count: int, rng: np.random.Generator
    ) -> tuple[Seconds, Seconds]:
        """Return first and last possible instants: an instant, some hours, a night or a day."""
        before, after = self._clock.midnights[index], self._clock.midnights[index + 1]
        profile = group.hours[self._clock.date(index).weekday() % len(group.hours)]
        chances = np.cumsum(profile)
        hours = np.searchsorted(chances, rng.random(count) * chances[-1], side="right")
        minutes = hours * 60 + rng.integers(0, 60, count)
        # Many times are given to the nearest five minutes, as people remember them.
        rounded = rng.random(count) < 0.6
        minutes = np.where(rounded, minutes - minutes % 5, minutes)
        starts = before + minutes * 60
        ends = starts.copy()
        exact, some, night = group.intervals
        kind = rng.random(count)
        loose = (kind >= exact) & (kind < exact + some)
        span = rng.integers(1, 5, count) * 3600
        starts = np.where(loose, starts - span // 2 - starts % 1800, starts)
        ends = np.where(loose, starts + span, ends)
        by_night = (kind >= exact + some) & (kind < exact + some + night)
        starts = np.where(by_night, after - 2 * 3600, starts)
        ends = np.where(by_night, after + 6 * 3600, ends)
        by_day = kind >= exact + some + night
        starts = np.where(by_day, before, starts)
        ends = np.where(by_day, after, ends)
        starts = np.maximum(starts, self._clock.start)
        return starts.astype(np.int64), np.maximum(ends, starts).astype(np.int64)

    def _tokens(
        self,
        group: Group,
        places: list[int],
        variants: list[Variant],
        rng: np.random.Generator,
    ) -> list[str]:
        fields = len(FEED[group.feed].tokens)
        count = len(places)
        if fields < 3:
            return [token_json(None, None, None, fields)] * count
        fresh = rng.bytes(32 * count).hex()
        draws = rng.random((4, count)).tolist()
        town = self._town
        found = []
        for n, place in enumerate(places):
            suspect = victim = venue = None
            who, whom, again, where = draws[0][n], draws[1][n], draws[2][n], draws[3][n]
            if who < group.suspect:
                suspect = fresh[64 * n : 64 * n + 32]
                if place >= 0 and again < REPEAT:
                    known = int((again / REPEAT) ** 2 * SUBJECTS)
                    suspect = town.token("subject", town.districts[place], known)
            if whom < group.victim:
                victim = fresh[64 * n + 32 : 64 * n + 64]
                if place >= 0 and again > 1.0 - REPEAT / 2:
                    victim = town.token("victim", place, int(where * 4))
            setting = variants[n].setting
            if place != UNKNOWN and place >= 0 and where < 0.4 and setting in _VENUES:
                venue = town.token("venue", place, setting, int(where * 5))
            found.append(token_json(suspect, victim, venue, fields))
        return found


def from_draft(
    feed: str,
    variant: Variant,
    start: int,
    end: int,
    code: str | None,
    confidence: str,
    tokens: str,
) -> Happened:
    """Return one planted event in the form of a day's events."""
    return Happened(
        feed,
        [variant],
        np.array([start], dtype=np.int64),
        np.array([end], dtype=np.int64),
        [code],
        [confidence],
        [tokens],
    )


def moved_to_site(happened: Happened, code: str) -> Happened:
    """Return the same events, all at the hospital's own place."""
    count = len(happened.codes)
    return replace(happened, codes=[code] * count, confidences=["site-only"] * count)
