"""Correlate: from the set of contributions and a time to signals.

Rules for editors:
1. Signals are a function of the set and of the tick's time alone. What is kept between ticks is
   only there to be fast, and can be made again from the set; but for the counts of `Recurred`,
   which outlive the pseudonyms that they were made of.
2. Nothing here reads a clock, and ticks come in order of time.
3. Each signal has its own module behind one method, `find(tick)`; nothing else knows its method.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from cioghub.steps.correlate.clusters import Clusters
from cioghub.steps.correlate.contributions import Contributions, IntArray
from cioghub.steps.correlate.convergence import NEEDS, Convergence
from cioghub.steps.correlate.counts import Counts
from cioghub.steps.correlate.evidence import EvidenceOf
from cioghub.steps.correlate.grid import Grid
from cioghub.steps.correlate.lately import Lately
from cioghub.steps.correlate.linkage import Linkage, Linked
from cioghub.steps.correlate.recurred import Recurred
from cioghub.steps.correlate.surge import SurgeScore
from cioghub.steps.correlate.surges import Surges
from cioghub.steps.correlate.tally import Tallies
from cioghub.steps.correlate.tick import Tick
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import PseudonymousIncident
from cioghub.vocabulary.signals import Signal
from cioghub.vocabulary.tallies import Tally


class Finder(Protocol):
    """One kind of signal."""

    def find(self, tick: Tick) -> list[Signal]:
        """Return what this method finds at a tick."""


class Correlator:
    """Holds the set and answers ticks."""

    def __init__(self, areas: Areas, zone: ZoneInfo) -> None:
        self._zone = zone
        grid = Grid(areas)
        self.contributions = Contributions(grid, zone)
        # What these two remember is laid out once, and told by the places alone.
        self._placed: tuple[Finder, Finder] = (
            Clusters(grid),
            Convergence(grid.centres, len(grid.ciogs)),
        )
        self._fits: Lately[SurgeScore] = Lately()

    def add(self, incident: PseudonymousIncident) -> int:
        """Put one event into the set; return its number in it."""
        return self.contributions.add(incident)

    def add_all(self, incidents: Iterable[PseudonymousIncident]) -> range:
        """Put in several events; return their numbers."""
        return self.contributions.put_all([self.contributions.of(one) for one in incidents])

    def put(self, one: Contribution) -> int:
        """Put in what the set kept of one event, now or long ago; return its number in it."""
        return self.contributions.put(one)

    def remove(self, number: int, at: int) -> None:
        """Take the event of a number out of every tick after `at` (seconds since 1970 UTC)."""
        self.contributions.remove(number, at)

    def withdraw(self, id: str, at: int) -> None:
        """Remove the event with this id (the correlator's own); all ids are searched for it."""
        self.contributions.withdraw(id, at)

    def discard(self, number: int) -> None:
        """Take out a twin of an event that is already in the set, as if it had never come."""
        self.contributions.discard(number)

    def settled(self, linked: Linked | None = None) -> Ticks:
        """Return what answers ticks on the set as it is now.

        Where pseudonyms of the window have gone, `linked` is what linkage found at that tick.
        """
        return Ticks(self.contributions, self._zone, self._placed, self._fits, linked)

    def settled_for_good(self) -> Ticks:
        """Return what answers ticks on the set as it is now, where nothing more will come to it."""
        ticks = self.settled()
        self.contributions.close()
        return ticks


class Ticks:
    """Answers ticks in order of time, on a set that is complete."""

    def __init__(
        self,
        contributions: Contributions,
        zone: ZoneInfo,
        placed: tuple[Finder, Finder],
        fits: Lately[SurgeScore],
        linked: Linked | None = None,
    ) -> None:
        self.columns = contributions.columns()
        self._zone = zone
        self.counts = Counts(self.columns, zone, NEEDS)
        self.evidence = EvidenceOf(self.columns, contributions.id_of)
        self._finders: tuple[Finder, ...] = (Surges(self.columns, fits), *placed)
        self._linkage = Linkage(self.columns)
        self._known = linked
        self.linked = Linked((), {})
        """What linkage found at the last tick."""

    def signals(self, now: int, recurred: Recurred, today: date | None = None) -> list[Signal]:
        """Return all signals at a local midnight, given in whole seconds since 1970 UTC.

        Between two midnights, `today` is the day that the next one will begin: what is returned is
        what that midnight would bring if nothing more came.
        """
        ordinal = (today or local_day(now, self._zone)).toordinal()
        self.counts.advance(now, ordinal)
        tick = Tick(self.columns, self.counts, self.evidence, now, ordinal, recurred)
        self.linked = self._known or self._linkage.look(tick)
        found = [signal for finder in self._finders for signal in finder.find(tick)]
        return [*found, *self.linked.signals]

    def withdrawn(self, now: int) -> IntArray:
        """Return the numbers of the events that were withdrawn before `now`."""
        return self.counts.gone_before(now)

    def tally(self, known_at: int, first: date, last: date, monthly: bool) -> Tally:
        """Return the counts of local days `first` to `last` as known at `known_at`."""
        return self._tallies.of(known_at, first.toordinal(), last.toordinal(), monthly)

    @cached_property
    def _tallies(self) -> Tallies:
        return Tallies(self.columns)
