"""Puts the days together: ids, times of publication, late lines, twins, and the order of lines.

A range of days is made day by day and written in the order of arrival, so that memory holds only
what has happened and is not yet published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from cioghub.simulate.attendance import attendance_of_week
from cioghub.simulate.background import Background, Happened, from_draft, moved_to_site, token_json
from cioghub.simulate.calibration import DUPLICATES, OUT_OF_ORDER
from cioghub.simulate.days import DAY, HOUR, Clock
from cioghub.simulate.feeds import FEED, FEEDS, Feed, Seconds, published
from cioghub.simulate.plan import Plan, make_plan
from cioghub.simulate.planted import Planted
from cioghub.simulate.town import Town
from cioghub.vocabulary.areas import Areas

_LATEST_TWIN = 36 * HOUR
_HELD_BACK = 6 * HOUR


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is made from."""

    seed: int
    first: date
    days: int
    rate: float = 1.0


class Simulation:
    """One simulated range of days: first its lines, then its truth."""

    def __init__(self, areas: Areas, settings: Settings) -> None:
        self._settings = settings
        self._clock = Clock(settings.first, settings.days, areas.timezone)
        self._town = Town(areas, settings.seed)
        self._plan: Plan = make_plan(self._town, self._clock, settings.seed, settings.rate)
        self._background = Background(
            self._town, self._clock, self._plan, settings.seed, settings.rate
        )
        self._numbers = dict.fromkeys(FEED, 0)
        self._buckets: dict[int, list[tuple[int, int, str]]] = {}
        self._written = 0
        self._today = 0
        self.counts = dict.fromkeys((feed.source for feed in FEEDS), 0)
        """Lines by source so far, twins included."""

    def lines(self) -> Iterator[bytes]:
        """Yield every line in the order of arrival, each with its line feed.

        Only what was published before the end of the last day is there, as in an export made at
        that moment.
        """
        drafts = self._plan.drafts(self._clock)
        for index in range(self._clock.days):
            self._today = index
            ordinal = self._clock.first.toordinal() + index
            rng = np.random.default_rng((self._settings.seed, ordinal, 1000))
            for happened in self._background.day(index):
                self._take(self._at_site(happened, index), index, rng)
            for planted, draft in drafts.get(index, ()):
                fields = len(FEED[draft.feed].tokens)
                happened = from_draft(
                    draft.feed,
                    draft.variant,
                    draft.occurred_from,
                    draft.occurred_to,
                    draft.code,
                    draft.confidence,
                    token_json(draft.suspect, draft.victim, None, fields),
                )
                self._take(self._at_site(happened, index), index, rng, planted)
            week = attendance_of_week(self._town, self._clock, index, rng)
            if week is not None:
                self._take(week, index, rng)
            self._heartbeats(index, rng)
            yield from self._arrived(index)
        for index in sorted(self._buckets):
            yield from self._arrived(index)

    def truth(self) -> list[dict[str, Any]]:
        """Return what was planted, by first day; complete once all lines are taken."""
        whole = [planted for planted in self._plan.planted if planted.events]
        whole.sort(key=lambda planted: (planted.first, planted.kind))
        return [planted.truth(self._clock) for planted in whole]

    def _at_site(self, happened: Happened, index: int) -> Happened:
        for site in self._plan.sites:
            if site.feed == happened.feed and site.first <= index <= site.last:
                return moved_to_site(happened, self._town.codes[site.place])
        return happened

    def _take(
        self,
        happened: Happened,
        index: int,
        rng: np.random.Generator,
        planted: Planted | None = None,
    ) -> None:
        """Give events their times and ids, and lay their lines where they will arrive."""
        feed = FEED[happened.feed]
        clock = self._clock
        weekday = clock.date(index).weekday()
        recorded, usual, times = published(
            feed, happened.occurred_to, clock.midnights[index], weekday, rng
        )
        if planted is not None:
            # What is planted is not lost to the end of the range if it can be helped.
            times = np.where(times < clock.end, times, usual)
        times, silent = self._silenced(happened.feed, times, rng)
        recorded = np.minimum(recorded, times)
        arrivals = times + np.where(
            rng.random(len(times)) < OUT_OF_ORDER, rng.integers(0, _HELD_BACK, len(times)), 0
        )
        twins = np.where(
            rng.random(len(times)) < DUPLICATES, rng.integers(60, _LATEST_TWIN, len(times)), 0
        )
        text = clock.text
        prefix, held_for, number = feed.prefix, feed.held_for, self._numbers[feed.key]
        opening = '{"specversion":"1.0","id":"' + prefix + "-"
        middle = f'","source":"{feed.source}","type":"{feed.type}","time":"'
        rows = zip(
            happened.variants,
            happened.occurred_from.tolist(),
            happened.occurred_to.tolist(),
            recorded.tolist(),
            times.tolist(),
            happened.codes,
            happened.confidences,
            happened.tokens,
            arrivals.tolist(),
            twins.tolist(),
            strict=True,
        )
        watched = self._watched(happened.feed, index, planted, silent)
        area_json, end, lines = self._town.area_json, clock.end, 0
        for n, row in enumerate(rows):
            variant, start, stop, noted, time, code, confidence, tokens, arrival, twin = row
            if time >= end:
                continue
            number += 1
            first = text(start)
            line = (
                f"{opening}{number:08d}{middle}{text(time)}"
                f'","datacontenttype":"application/json","data":{{{variant.head},'
                f'"occurred_from":"{first}",'
                f'"occurred_to":"{first if stop == start else text(stop)}",'
                f'"recorded_at":"{text(noted)}","area":{area_json(code, confidence)},'
                f'"held_for":"{held_for}",{variant.tail}{tokens}}}}}\n'
            )
            self._lay(arrival, line)
            lines += 1
            if twin:
                self._lay(arrival + twin, line)
                lines += 1
            for planted_one, codes, wanted in watched:
                if (codes is None or variant.code in codes) and (wanted is None or wanted[n]):
                    planted_one.events.append((feed.source, f"{prefix}-{number:08d}"))
                    if code in self._town.index:
                        planted_one.places.add(str(code))
        self._numbers[feed.key] = number
        self.counts[feed.source] += lines

    def _silenced(
        self, key: str, times: Seconds, rng: np.random.Generator
    ) -> tuple[Seconds, list[tuple[Planted, list[bool]]]]:
        found = []
        for backlog in self._plan.backlogs:
            if backlog.feed != key:
                continue
            held = (times >= backlog.start) & (times < backlog.end)
            if held.any():
                dumped = backlog.end + rng.integers(0, 1200, len(times))
                times = np.where(held, dumped, times)
                found.append((backlog.planted, held.tolist()))
        return times, found

    def _watched(
        self,
        key: str,
        index: int,
        planted: Planted | None,
        silent: list[tuple[Planted, list[bool]]],
    ) -> list[tuple[Planted, frozenset[str] | None, list[bool] | None]]:
        """Return the planted things that events of this batch belong to, and which of them."""
        found: list[tuple[Planted, frozenset[str] | None, list[bool] | None]] = []
        if planted is not None:
            found.append((planted, None, None))
        found += [(one, None, held) for one, held in silent]
        found += [
            (change.planted, change.codes, None)
            for change in self._plan.changes
            if change.feed == key and change.first <= index
        ]
        found += [
            (site.planted, None, None)
            for site in self._plan.sites
            if site.feed == key and site.first <= index <= site.last
        ]
        return found

    def _heartbeats(self, index: int, rng: np.random.Generator) -> None:
        """Lay each feed's sign of life of the day; a silent feed gives none."""
        clock = self._clock
        for place, feed in enumerate(FEEDS):
            time = clock.at(index, 6.0) + place * 60 + int(rng.integers(0, 50))
            if any(
                backlog.feed == feed.key and backlog.start <= time < backlog.end
                for backlog in self._plan.backlogs
            ):
                continue
            self._lay(time, self._heartbeat(feed, index, time))
            self.counts[feed.source] += 1

    def _heartbeat(self, feed: Feed, index: int, time: int) -> str:
        reach = time - (3 if feed.batch_hour is None else 8) * DAY
        return (
            f'{{"specversion":"1.0","id":"{feed.prefix}-alive-{self._clock.date(index)}"'
            f',"source":"{feed.source}","type":"feed.heartbeat.v1"'
            f',"time":"{self._clock.text(time)}","datacontenttype":"application/json"'
            f',"data":{{"complete_to":"{self._clock.text(reach)}"}}}}\n'
        )

    def _lay(self, arrival: int, line: str) -> None:
        day = max((arrival - self._clock.start) // DAY, self._today)
        self._written += 1
        self._buckets.setdefault(day, []).append((arrival, self._written, line))

    def _arrived(self, index: int) -> Iterator[bytes]:
        waiting = self._buckets.pop(index, None)
        if waiting:
            waiting.sort()
            yield "".join(line for _, _, line in waiting).encode()
