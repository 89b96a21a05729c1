"""Complementary suppression: what has been said together must not narrow what is hidden.

A count of 1 to 7 that a publisher does not release `exact` stays hidden only while at least three
of those values remain possible to somebody who holds everything said of that publisher's counts:
the fixed grid of pictures (districts, CSPs, CIOGs; fortnights and months; categories) and the
rounded counts on alerts. Where a new answer would narrow one further, the answer is left out: the
coarsest first, and once left out it stays so.

Rules for editors:
1. It takes the worst reader: one who holds the answers of all audiences that read rounded counts.
   A real party holds fewer, and so can tell less.
2. It judges by true counts, and gives out nothing but yes or no.
3. Exact releases are not its business: there is nothing to hide from who may read them.
4. What the police publish themselves is taken as known: the street-level files give each month's
   counts by place. Months and fortnights do not fit, so the sums of a fortnight with the one before
   and the one after stand for them; longer chains are not followed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from cioghub.steps.disclose.narrow import LEAST, Bound, is_free, merged, possible, touching
from cioghub.steps.disclose.release import THRESHOLD, interval
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.fortnights import DAYS, WEEK, Fortnight, fortnight_of, week_of
from cioghub.vocabulary.readings import Audience, Shown, ShownCounts, Source
from cioghub.vocabulary.signals import Alert, Evidence, SignalKind
from cioghub.vocabulary.tallies import GRID_LEVELS, Home, Tally

HIDDEN = range(1, THRESHOLD)
MONTH = "month"
"""How the name of a period that is a month begins."""

Cell = tuple[str, str]
"""(level, code) of the fixed grid."""

Key = tuple[str, str, str]
"""(publisher, hub category, period)"""


class Said(NamedTuple):
    """One count of a picture, by what it counts, with the bounds that showing it gives away."""

    agreements: tuple[str, ...]
    cell: Cell
    bound: Bound


class Part(NamedTuple):
    """The smallest thing that is counted: one agreement's events of one home, period, category."""

    category: str
    period: str
    agreement: str
    home: Home


class Guard:
    """Remembers what was said of each publisher's hidden counts, and what may still be said."""

    REMEMBERS = (
        "_homes",
        "_said",
        "_hidden",
        "_counts",
        "_left_out",
        "_alerts",
        "_ties",
        "_answers",
    )

    def __init__(
        self,
        areas: Areas,
        audiences: Iterable[Audience],
        sources: Mapping[str, tuple[Source, ...]],
        agreements: Mapping[str, tuple[str, ...]],
        public: Mapping[str, frozenset[str]],
    ) -> None:
        """`agreements` names each publisher's agreements with the correlator.

        `public` names, for publishers of street-level files, the categories that those show.
        """
        self._public = public
        self._areas = areas
        self._agreements = agreements
        self._calendar = areas.calendar
        every = {Home.of(p) for e in areas.editions() for p in areas.places(e)}
        # A home that another refines is only believed in once an event has been counted there.
        self._homes = {h for h in every if not any(other.refines(h) for other in every)}
        self._layout: dict[str, list[tuple[tuple[str, ...], Cell]]] = {}
        for audience in audiences:
            for source in sources[audience.id]:
                if source.exact:
                    continue
                known = self._layout.setdefault(source.publisher, [])
                for cell in audience.cells:
                    if (source.agreements, cell) not in known:
                        known.append((source.agreements, cell))
        self._said: dict[Key, list[Said]] = {}
        self._hidden: dict[Key, set[frozenset[Part]]] = {}
        self._counts: dict[Key, dict[tuple[str, Home], int]] = {}
        self._left_out: set[tuple[str, str, str, tuple[str, ...], Cell]] = set()
        self._alerts: dict[Key, list[Bound]] = {}
        self._ties: dict[Key, set[Key]] = {}
        self._answers: dict[tuple[str, int, str], bool] = {}

    def protect(self, period: str, tally: Tally) -> ShownCounts:
        """Return how the counts of one period may be shown, `None` for one that is left out.

        `period` names the period, the same at every time that it is counted again.
        """
        self._homes |= tally.homes()
        for publisher, layout in self._layout.items():
            own = self._agreements[publisher]
            # A category without an event is a zero, and a zero tells of what stands beside it.
            for category in COUNTED:
                key = (publisher, category, period)
                self._counts[key] = {
                    (agreement, home): n
                    for (agreement, home, counted), n in tally.cells.items()
                    if counted == category and agreement in own
                }
                self._settle(key, tally, layout)

        def show(source: Source, level: str, code: str, category: str) -> Shown:
            if not source.exact:
                key = (source.publisher, category, period, source.agreements, (level, code))
                if key in self._left_out:
                    return None
            return source.show(tally.of(source.agreements, level, code, category))

        return show

    def may_say(self, alert: Alert, publisher: str, count: Shown) -> bool:
        """Say whether an alert may carry this rounded count of a publisher's events."""
        key = (alert.id, alert.sequence, publisher)
        if key not in self._answers:
            self._answers[key] = self._judge_alert(alert, publisher, count)
        return self._answers[key]

    def _settle(self, key: Key, tally: Tally, layout: list[tuple[tuple[str, ...], Cell]]) -> None:
        publisher, category, period = key
        said = []
        for agreements, cell in layout:
            if (*key, agreements, cell) in self._left_out:
                continue
            least, most = interval(tally.of(agreements, *cell, category))
            parts = self._parts(category, period, agreements, cell)
            said.append(Said(agreements, cell, Bound(parts, least, most, False)))
        self._said[key] = said
        own = self._agreements[publisher]
        self._hidden[key] = {
            self._parts(category, period, own, cell)
            for cell in self._cells(layout)
            if tally.of(own, *cell, category) in HIDDEN
        }
        self._left_out |= {(*key, one.agreements, one.cell) for one in self._suppress(key, said)}

    def _suppress(self, key: Key, said: list[Said]) -> list[Said]:
        """Take out of `said` what cannot be said, and return it: the coarsest go first.

        What turns out not to have been needed is said after all.
        """
        tied = [one for one in self._tied(key) if one in self._hidden]

        def unsafe() -> bool:
            return any(self._narrowed(one) for one in tied)

        dropped = []
        while said and unsafe():
            one = max(said, key=lambda one: (len(one.bound.parts), one.cell, one.agreements))
            said.remove(one)
            dropped.append(one)
        for one in dropped[:-1]:
            said.append(one)
            if unsafe():
                said.remove(one)
            else:
                dropped.remove(one)
        return dropped

    def _narrowed(self, key: Key) -> bool:
        """Say whether anything said narrows a hidden count of this publisher and period."""
        around = self._around(key)
        if len(around) < 2:
            return False

        def true(part: Part) -> int:
            counts = self._counts.get((key[0], part.category, part.period), {})
            return counts.get((part.agreement, part.home), 0)

        for hidden in self._hidden[key]:
            bounds = touching(around, hidden)
            if len({one.parts for one in bounds}) < 2:
                continue  # a single answer never says more than its own rounding does
            if is_free(bounds, hidden, true, HIDDEN):
                continue
            known = possible(bounds, hidden) or possible(self._pictures(bounds), hidden)
            if known and min(known[1], HIDDEN[-1]) - max(known[0], HIDDEN[0]) + 1 < LEAST:
                return True
        return False

    def _tied(self, key: Key) -> list[Key]:
        """Return this key and those that alerts tie to it, in order."""
        waiting = [one for one in self._neighbours(key) if one in self._said]
        waiting.append(key)
        seen = set(waiting)
        while waiting:
            at = waiting.pop()
            tied = self._ties.get(at, set()) - seen
            seen |= tied
            waiting += tied
        return sorted(seen)

    def _around(self, key: Key) -> list[Bound]:
        """Return what was said of this publisher, category and period, and what is tied to it."""
        found: list[Bound] = []
        for at in self._tied(key):
            found += [one.bound for one in self._said.get(at, ())]
            found += self._alerts.get(at, ())
            found += self._published(at)
        return merged(found)

    def _neighbours(self, key: Key) -> list[Key]:
        """Return the fortnights before and after one whose months are published."""
        publisher, category, period = key
        if category not in self._public.get(publisher, ()) or period.startswith(MONTH):
            return []
        one = Fortnight(date.fromisoformat(period))
        near = (one.back(1), one.back(-1))
        return [(publisher, category, other.first.isoformat()) for other in near]

    def _published(self, key: Key) -> Iterator[Bound]:
        """Yield what public files say of this fortnight together with the next, by district."""
        for _, _, after in self._neighbours(key)[1:]:
            publisher, category, period = key
            later = (publisher, category, after)
            if key not in self._said or later not in self._said:
                continue
            own = self._agreements[publisher]
            for district in sorted({home.district for home in self._homes if home.district}):
                total = sum(
                    n
                    for one in (key, later)
                    for (_, home), n in self._counts[one].items()
                    if home.district == district
                )
                cell = ("district", district)
                parts = self._parts(category, period, own, cell)
                parts |= self._parts(category, after, own, cell)
                yield Bound(parts, total, total, False)

    @staticmethod
    def _pictures(bounds: Iterable[Bound]) -> list[Bound]:
        """Return what pictures say: an alert speaks of an earlier time, and may not fit later."""
        return [one for one in bounds if not one.passing]

    def _judge_alert(self, alert: Alert, publisher: str, count: Shown) -> bool:
        if count is None:
            return False
        events = [one for one in alert.signal.evidence if one.publisher == publisher]
        least, most = interval(len(events))
        parts = frozenset(self._part(one, alert.hub_category) for one in events)
        added = [Bound(parts, least, math.inf, True)]
        if alert.signal.kind is SignalKind.SURGE:
            inside = self._surely_inside(alert, publisher)
            if inside:
                added.append(Bound(inside, 0, most, True))
        keys = {
            (publisher, part.category, part.period): None for one in added for part in one.parts
        }
        former = {key: set(self._ties.get(key, ())) for key in keys}
        for key in keys:
            self._alerts.setdefault(key, []).extend(added)
            self._ties.setdefault(key, set()).update(keys)
        # A fortnight that is still open holds at least the events of the alert.
        for key in keys:
            if key not in self._said:
                self._count_open(key, events, alert)
        tied = {one for key in keys for one in self._tied(key)}
        if any(self._narrowed(key) for key in sorted(tied) if key in self._hidden):
            for key in keys:
                del self._alerts[key][-len(added) :]
                self._ties[key] = former[key]
            return False
        return True

    def _count_open(self, key: Key, events: Iterable[Evidence], alert: Alert) -> None:
        """Count a fortnight that is still open by an alert's events: it holds at least them."""
        publisher, category, period = key
        parts = [self._part(one, alert.hub_category) for one in events]
        counts = Counter((p.agreement, p.home) for p in parts if (p.category, p.period) == key[1:])
        former = self._counts.get(key, {})
        self._counts[key] = {at: max(n, former.get(at, 0)) for at, n in (counts | former).items()}
        cells = {
            (level, code) for _, home in counts for level in GRID_LEVELS if (code := home.at(level))
        }
        found = self._hidden.setdefault(key, set())
        for level, code in cells:
            if sum(n for (_, home), n in counts.items() if home.at(level) == code) in HIDDEN:
                found.add(self._parts(category, period, self._agreements[publisher], (level, code)))

    def _surely_inside(self, alert: Alert, publisher: str) -> frozenset[Part]:
        """Return the parts of whole fortnights that the window must hold, however it was widened.

        A reader knows the window in whole weeks: the first and the last of them may be cut.
        """
        first = week_of(alert.signal.first, self._calendar) + timedelta(days=WEEK)
        last = week_of(alert.signal.last, self._calendar) - timedelta(days=1)
        one = fortnight_of(first + timedelta(days=DAYS - 1), self._calendar)
        found: set[Part] = set()
        while one.last <= last:
            found |= {
                Part(alert.hub_category, one.first.isoformat(), agreement, home)
                for agreement in self._agreements[publisher]
                for home in self._homes
                if home.ciog == alert.ciog
            }
            one = one.back(-1)
        return frozenset(found)

    def _part(self, one: Evidence, category: str) -> Part:
        place = self._areas.place(*one.place) if one.place else None
        home = Home.of(place) if place else Home(None, None, None)
        counted = category if category in one.categories else one.categories[0]
        first = fortnight_of(one.day, self._calendar).first
        return Part(counted, first.isoformat(), one.agreement, home)

    def _parts(
        self, category: str, period: str, agreements: Iterable[str], cell: Cell
    ) -> frozenset[Part]:
        return frozenset(
            Part(category, period, agreement, home)
            for agreement in agreements
            for home in self._homes
            if home.at(cell[0]) == cell[1]
        )

    def _cells(self, layout: Iterable[tuple[tuple[str, ...], Cell]]) -> list[Cell]:
        """Return every cell of the grid: hidden is hidden, whether or not anybody reads it."""
        grid = {
            (level, code)
            for home in self._homes
            for level in GRID_LEVELS
            if (code := home.at(level)) is not None
        }
        return sorted(grid | {cell for _, cell in layout})
