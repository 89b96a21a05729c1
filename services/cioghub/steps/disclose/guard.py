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
from functools import partial
from typing import NamedTuple

from cioghub.steps.disclose.narrow import Bound, merged
from cioghub.steps.disclose.parts import Cell, Kind, Part, Parts, by_kind
from cioghub.steps.disclose.release import interval
from cioghub.steps.disclose.told import Told
from cioghub.steps.disclose.verdicts import HIDDEN, Verdicts
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.fortnights import DAYS, WEEK, Fortnight, fortnight_of, week_of
from cioghub.vocabulary.readings import Audience, Shown, ShownCounts, Source
from cioghub.vocabulary.signals import Alert, Evidence, SignalKind
from cioghub.vocabulary.tallies import GRID_LEVELS, Home, Tally

MONTH = "month"
"""How the name of a period that is a month begins."""

Key = tuple[str, str, str]
"""(publisher, hub category, period)"""

Stand = tuple[tuple[Key, ...], tuple[int, ...]]
"""Keys, and how often what is known of them, and next to them, had changed by then."""


class Said(NamedTuple):
    """One count of a picture, by what it counts, with the bounds that showing it gives away."""

    agreements: tuple[str, ...]
    cell: Cell
    bound: Bound


class Seen:
    """What was found in all that was said: it holds for as long as nothing more is said."""

    def __init__(self) -> None:
        self.groups: dict[Key, set[Key]] = {}
        """Of a key, all keys that alerts tie to it."""
        self.stands: dict[tuple[Key, ...], Stand] = {}
        self.around: dict[tuple[Key, ...], Told] = {}
        """Of keys, what is known around them."""


class Guard:
    """Remembers what was said of each publisher's hidden counts, and what may still be said."""

    REMEMBERS = (
        "_counted",
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
        self._parts = Parts(areas)
        self._agreements = agreements
        self._calendar = areas.calendar
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
        self._hidden: dict[Key, set[frozenset[int]]] = {}
        self._counts: dict[Key, dict[tuple[str, Home], int]] = {}
        self._left_out: set[tuple[str, str, str, tuple[str, ...], Cell]] = set()
        self._alerts: dict[Key, list[Bound]] = {}
        self._ties: dict[Key, set[Key]] = {}
        self._answers: dict[tuple[str, int, str], bool] = {}
        self._verdicts = Verdicts()
        self._changes: Counter[Key] = Counter()
        self._narrow: dict[Key, tuple[Stand, bool]] = {}
        """Of a key, what `_narrowed` said last, and how things stood."""
        self._near: dict[Key, list[Key]] = {}
        self._counted_last: tuple[tuple[Evidence, ...], dict[str, Counter[Kind]]] = ((), {})

    @property
    def _counted(self) -> tuple[list[Part], set[Home]]:
        return self._parts.numbered, self._parts.homes

    @_counted.setter
    def _counted(self, value: tuple[list[Part], set[Home]]) -> None:
        self._parts.recall(*value)
        # They speak of the former numbers.
        self._verdicts.clear()
        self._narrow.clear()

    def protect(self, period: str, tally: Tally) -> ShownCounts:
        """Return how the counts of one period may be shown, `None` for one that is left out.

        `period` names the period, the same at every time that it is counted again.
        """
        if self._parts.believe(tally.homes()):
            self._narrow.clear()
        counted = self._by_category(tally)
        for publisher, layout in self._layout.items():
            own = self._agreements[publisher]
            # A category without an event is a zero, and a zero tells of what stands beside it.
            for category in COUNTED:
                key = (publisher, category, period)
                self._counts[key] = {
                    (agreement, home): n
                    for agreement, home, n in counted.get(category, ())
                    if agreement in own
                }
                self._settle(key, tally, layout)

        def show(source: Source, level: str, code: str, category: str) -> Shown:
            if not source.exact:
                key = (source.publisher, category, period, source.agreements, (level, code))
                if key in self._left_out:
                    return None
            return source.show(tally.of(source.agreements, level, code, category))

        return show

    @staticmethod
    def _by_category(tally: Tally) -> dict[str, list[tuple[str, Home, int]]]:
        found: dict[str, list[tuple[str, Home, int]]] = {}
        for (agreement, home, category), n in tally.cells.items():
            found.setdefault(category, []).append((agreement, home, n))
        return found

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
            parts = self._parts.in_cell(category, period, agreements, cell)
            said.append(Said(agreements, cell, Bound(parts, least, most, False)))
        self._said[key] = said
        own = self._agreements[publisher]
        self._hidden[key] = {
            self._parts.in_cell(category, period, own, cell)
            for cell in self._cells(layout)
            if tally.of(own, *cell, category) in HIDDEN
        }
        self._changes[key] += 1
        self._left_out |= {(*key, one.agreements, one.cell) for one in self._suppress(key, said)}

    def _suppress(self, key: Key, said: list[Said]) -> list[Said]:
        """Take out of `said` what cannot be said, and return it: the coarsest go first.

        What turns out not to have been needed is said after all.
        """
        tied = [one for one in self._tied(key, Seen()) if one in self._hidden]

        def unsafe() -> bool:
            seen = Seen()
            return any(self._narrowed(one, seen) for one in tied)

        dropped = []
        while said and unsafe():
            one = max(said, key=lambda one: (len(one.bound.parts), one.cell, one.agreements))
            said.remove(one)
            self._changes[key] += 1
            dropped.append(one)
        for one in dropped[:-1]:
            said.append(one)
            self._changes[key] += 1
            if unsafe():
                said.remove(one)
                self._changes[key] += 1
            else:
                dropped.remove(one)
        return dropped

    def _narrowed(self, key: Key, seen: Seen) -> bool:
        """Say whether anything said narrows a hidden count of this publisher and period."""
        if not self._hidden[key]:
            return False
        tied = tuple(self._tied(key, seen))
        stand = seen.stands.get(tied)
        if stand is None:
            stand = seen.stands[tied] = self._stand(tied)
        former = self._narrow.get(key)
        if former is not None and former[0] == stand:
            return former[1]
        around = seen.around.get(tied)
        if around is None:
            true = partial(self._true, key[0])
            around = seen.around[tied] = Told(self._around(tied), true)
        found = any(self._verdicts.told(around, hidden) for hidden in self._hidden[key])
        self._narrow[key] = (stand, found)
        return found

    def _stand(self, tied: tuple[Key, ...]) -> Stand:
        """Return how often what is said around these keys has changed."""
        near = (one for key in tied for one in (key, *self._neighbours(key)))
        return tied, tuple([self._changes[one] for one in near])

    def _true(self, publisher: str, number: int) -> int:
        """Return what is counted of a part."""
        part = self._parts[number]
        counts = self._counts.get((publisher, part.category, part.period), {})
        return counts.get((part.agreement, part.home), 0)

    def _tied(self, key: Key, seen: Seen) -> list[Key]:
        """Return this key and its neighbours with all that alerts tie to them, in order."""
        found: set[Key] = set()
        for one in (*self._neighbours(key), key):
            if one == key or one in self._said:
                if one not in seen.groups:
                    group = self._group(one)
                    seen.groups |= dict.fromkeys(group, group)
                found |= seen.groups[one]
        return sorted(found)

    def _group(self, key: Key) -> set[Key]:
        """Return all that alerts tie to a key, and the key: ties go both ways."""
        found, waiting = {key}, [key]
        while waiting:
            tied = self._ties.get(waiting.pop(), set()) - found
            found |= tied
            waiting += tied
        return found

    def _around(self, tied: Iterable[Key]) -> list[Bound]:
        """Return what was said of these publishers, categories and periods."""
        found: list[Bound] = []
        for at in tied:
            found += [one.bound for one in self._said.get(at, ())]
            found += self._alerts.get(at, ())
            found += self._published(at)
        # What an alert says stands at every key that it ties, and is one thing.
        return merged(dict(zip(map(id, found), found, strict=True)).values())

    def _neighbours(self, key: Key) -> list[Key]:
        """Return the fortnights before and after one whose months are published."""
        found = self._near.get(key)
        if found is None:
            publisher, category, period = key
            found = self._near[key] = []
            if category in self._public.get(publisher, ()) and not period.startswith(MONTH):
                one = Fortnight(date.fromisoformat(period))
                near = (one.back(1), one.back(-1))
                found += [(publisher, category, other.first.isoformat()) for other in near]
        return found

    def _published(self, key: Key) -> Iterator[Bound]:
        """Yield what public files say of this fortnight together with the next, by district."""
        for _, _, after in self._neighbours(key)[1:]:
            publisher, category, period = key
            later = (publisher, category, after)
            if key not in self._said or later not in self._said:
                continue
            own = self._agreements[publisher]
            for district in sorted({home.district for home in self._parts.homes if home.district}):
                total = sum(
                    n
                    for one in (key, later)
                    for (_, home), n in self._counts[one].items()
                    if home.district == district
                )
                cell = ("district", district)
                parts = self._parts.in_cell(category, period, own, cell)
                parts |= self._parts.in_cell(category, after, own, cell)
                yield Bound(parts, total, total, False)

    def _judge_alert(self, alert: Alert, publisher: str, count: Shown) -> bool:
        if count is None:
            return False
        kinds = self._kinds(alert).get(publisher, Counter())
        least, most = interval(sum(kinds.values()))
        behind = self._parts.behind(kinds, alert.hub_category)
        added = [Bound(frozenset(behind), least, math.inf, True)]
        if alert.signal.kind is SignalKind.SURGE:
            inside = self._surely_inside(alert, publisher)
            if inside:
                added.append(Bound(inside, 0, most, True))
        parts = [self._parts[number] for one in added for number in one.parts]
        keys = {(publisher, part.category, part.period): None for part in parts}
        former = {key: (self._alerts.get(key, []), self._ties.get(key, set())) for key in keys}
        for key, (alerts, ties) in former.items():
            self._note(key, merged([*alerts, *added]), ties.union(keys))
        # A fortnight that is still open holds at least the events of the alert.
        for key in keys:
            if key not in self._said:
                self._count_open(key, behind)
        seen = Seen()
        tied = {one for key in keys for one in self._tied(key, seen)}
        if any(self._narrowed(key, seen) for key in sorted(tied) if key in self._hidden):
            for key, (alerts, ties) in former.items():
                self._note(key, alerts, ties)
            return False
        return True

    def _kinds(self, alert: Alert) -> dict[str, Counter[Kind]]:
        """Count the events in an alert's window; once, since it is asked of each publisher's."""
        evidence, found = self._counted_last
        if evidence is not alert.signal.evidence:
            evidence = alert.signal.evidence
            found = by_kind(evidence)
            self._counted_last = (evidence, found)
        return found

    def _note(self, key: Key, alerts: list[Bound], ties: set[Key]) -> None:
        """Take down what alerts say at a key, and what they tie to it."""
        if alerts != self._alerts.get(key) or ties != self._ties.get(key):
            self._alerts[key], self._ties[key] = alerts, ties
            self._changes[key] += 1

    def _count_open(self, key: Key, behind: Mapping[int, int]) -> None:
        """Count a fortnight that is still open by an alert's events: it holds at least them."""
        publisher, category, period = key
        parts = [(self._parts[number], n) for number, n in behind.items()]
        counts = Counter(
            {(p.agreement, p.home): n for p, n in parts if (p.category, p.period) == key[1:]}
        )
        former = self._counts.get(key, {})
        self._counts[key] = {at: max(n, former.get(at, 0)) for at, n in (counts | former).items()}
        cells = {
            (level, code) for _, home in counts for level in GRID_LEVELS if (code := home.at(level))
        }
        found = self._hidden.setdefault(key, set())
        for level, code in cells:
            if sum(n for (_, home), n in counts.items() if home.at(level) == code) in HIDDEN:
                own = self._agreements[publisher]
                hidden = self._parts.in_cell(category, period, own, (level, code))
                if hidden not in found:
                    found.add(hidden)
                    self._changes[key] += 1

    def _surely_inside(self, alert: Alert, publisher: str) -> frozenset[int]:
        """Return the parts of whole fortnights that the window must hold, however it was widened.

        A reader knows the window in whole weeks: the first and the last of them may be cut.
        """
        first = week_of(alert.signal.first, self._calendar) + timedelta(days=WEEK)
        last = week_of(alert.signal.last, self._calendar) - timedelta(days=1)
        one = fortnight_of(first + timedelta(days=DAYS - 1), self._calendar)
        found: set[int] = set()
        while one.last <= last:
            period = one.first.isoformat()
            found |= {
                self._parts.number(Part(alert.hub_category, period, agreement, home))
                for agreement in self._agreements[publisher]
                for home in self._parts.inside(("ciog", alert.ciog))
            }
            one = one.back(-1)
        return frozenset(found)

    def _cells(self, layout: Iterable[tuple[tuple[str, ...], Cell]]) -> list[Cell]:
        """Return every cell of the grid: hidden is hidden, whether or not anybody reads it."""
        return sorted(self._parts.cells() | {cell for _, cell in layout})
