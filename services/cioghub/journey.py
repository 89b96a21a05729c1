"""The main job, read from top to bottom: what happens to an event, and to a day.

    publish -> validate -> share -> pseudonymise        each event on its own: `Journey.take_all`
    correlate -> alert -> disclose -> picture           one local midnight at a time: `Evening.tick`

Rules for editors:
1. No I/O, no clock, no randomness: a runtime brings events and midnights, and keeps the results.
2. The order of the stages is the order of the lines below; a check that could stop an event is a
   plain line here, not something hidden in a helper.
3. Whatever passes a stage has that stage's type. Only `pseudonymise` makes what `correlate` takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from cioghub.steps.alert.backlogs import Backlogs
from cioghub.steps.alert.issue import Issue
from cioghub.steps.alert.issues import Blinded, Issues
from cioghub.steps.alert.notices import Noticer
from cioghub.steps.alert.outside import Outside
from cioghub.steps.correlate.correlator import Correlator, Ticks
from cioghub.steps.correlate.linkage import OLDEST_DAYS
from cioghub.steps.correlate.recurred import Recurred
from cioghub.steps.disclose.guard import Said
from cioghub.steps.disclose.narrow import Bound
from cioghub.steps.disclose.parts import Part
from cioghub.steps.disclose.readings import Readings
from cioghub.steps.picture.album import Album, Frozen
from cioghub.steps.picture.feed_clock import FeedClock
from cioghub.steps.pseudonymise.replace import Pseudonymiser
from cioghub.steps.share.table import Bundle, DecisionClass, DecisionTable
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import Screen
from cioghub.vocabulary.arrivals import Arrival
from cioghub.vocabulary.buckets import QUARTER, Buckets, days_by_quarter, local_day
from cioghub.vocabulary.incidents import PseudonymousIncident, Rejected, ValidIncident, build
from cioghub.vocabulary.keys import KeyRing
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.signals import (
    Alert,
    AlertChange,
    Evidence,
    Method,
    Notice,
    Signal,
    SignalKind,
)
from cioghub.vocabulary.tallies import Home, Tally


class Remembering(Protocol):
    """Something whose attributes named in `REMEMBERS` are all that it keeps between ticks."""

    @property
    def REMEMBERS(self) -> tuple[str, ...]:
        """The names of those attributes."""
        ...


Memory = Mapping[str, Mapping[str, Any]]
"""What the parts of an evening remember, by part and attribute."""

PROVISIONAL = frozenset({"provisional"})
"""The part of the memory that changes between two midnights."""

FINDING = frozenset({"recurred", "issues", "noticer"})
"""The parts of the memory that `Evening.find` needs; `Evening.report` needs the others."""

MEMORY_TYPES: tuple[type, ...] = (
    Alert,
    AlertChange,
    Bound,
    Evidence,
    Home,
    Issue,
    Method,
    Part,
    Reading,
    Said,
    Signal,
    SignalKind,
)
"""The types that a memory may hold beside plain values."""


class Taken(NamedTuple):
    """An accepted event: its blinded reference, the decision, what each recipient receives."""

    valid: ValidIncident
    ref: str
    decision: DecisionClass
    received: tuple[PseudonymousIncident, ...]


class Journey:
    """The way of one event, up to the recipients' doors."""

    def __init__(self, bundle: Bundle, keys: KeyRing, screen: Screen) -> None:
        self.zone = ZoneInfo(bundle.areas.timezone)
        self.bundle = bundle
        self._validator = Validator(
            bundle.parties, bundle.schemas, bundle.lists, bundle.areas, screen
        )
        self._days = days_by_quarter(self.zone)
        self.table = DecisionTable(bundle, Buckets(self.zone))
        self.pseudonymiser = Pseudonymiser(keys, self.zone)

    def take(self, published: Any, at: int | None = None) -> Taken | Rejected:
        """Return what becomes of one published event, given as a value parsed from JSON.

        It is judged as accepted at `at`, in whole seconds since 1970 UTC: the clock of a live hub.
        Left out, it is the event's own time: the clock of a replay.
        """
        return self.take_all([published], at)[0]

    def take_all(self, published: Sequence[Any], at: int | None = None) -> list[Taken | Rejected]:
        """Return what becomes of each of these events, as `take` does, in their order.

        Every stage goes over all of them before the next begins: one event never looks at another,
        and a stage that works on is faster than one that is left and entered again.
        """
        validated = [self._validator.validate(one) for one in published]
        valid = [one for one in validated if not isinstance(one, Rejected)]
        days = [self._days[(one.time if at is None else at) // QUARTER] for one in valid]
        decided = list(map(self.table.decide, valid, days))
        shared = [
            [plan.apply(one) for plan in decision.permitted]
            for one, decision in zip(valid, decided, strict=True)
        ]
        received = [
            self.pseudonymiser.replace(one, passes, at)
            for one, passes in zip(valid, shared, strict=True)
        ]
        refs = [self.pseudonymiser.reference(one.source, one.id) for one in valid]
        taken = iter(zip(valid, refs, decided, received, strict=True))
        return [
            one if isinstance(one, Rejected) else build(Taken, next(taken)) for one in validated
        ]

    def close(self) -> None:
        """Let go of what events are taken with; no more can be, and no class be asked for."""
        del self._validator, self.table


@dataclass(frozen=True, slots=True)
class Found:
    """What correlation and alerting made of one local midnight; for use inside the hub only.

    `at` in whole seconds since 1970 UTC; `held` are the ids of alerts that are open or changed.
    """

    at: int
    alerts: tuple[Alert, ...]
    notices: tuple[Notice, ...]
    held: frozenset[str]


FOUND_TYPES: tuple[type, ...] = (*MEMORY_TYPES, Found, Notice)
"""The types that `Found` is made of, beside plain values."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What one local midnight brought; `at` in whole seconds since 1970 UTC."""

    at: int
    alerts: tuple[Alert, ...]
    readings: tuple[Reading, ...]
    frozen: tuple[Frozen, ...]
    notices: tuple[Notice, ...]


class Evening:
    """The way of a day: from the set of contributions to alerts, readings and pictures."""

    def __init__(self, bundle: Bundle, blinded: Blinded, since: int, label: str | None) -> None:
        """Begin with the day of `since`, the first acceptance in whole seconds since 1970 UTC.

        `blinded` makes the names of alerts; `label` marks what is made of simulated data.
        """
        self._zone = ZoneInfo(bundle.areas.timezone)
        self._issues = Issues(blinded)
        self._recurred = Recurred()
        self._noticer = Noticer(bundle.areas)
        self._readings = Readings(
            bundle.parties,
            bundle.agreements,
            bundle.audiences,
            bundle.areas,
            bundle.lists,
            bundle.hash,
        )
        self._owners = bundle.parties.feed_owners()
        self.feeds = FeedClock(bundle.parties, self._zone, since)
        self.backlogs = Backlogs(bundle.parties)
        self.outside = Outside(bundle.areas.calendar, local_day(since, self._zone))
        self._album = Album(
            self._readings.audiences,
            self._readings.sources,
            self._readings.guard.protect,
            bundle.agreements,
            bundle.areas,
            bundle.hash,
            self._zone,
            local_day(since, self._zone),
            label,
        )

    def came(self, arrival: Arrival) -> None:
        """Note that an event was accepted since the last midnight, before the one to settle."""
        source, accepted, ended, incident, tray = arrival
        self.feeds.heard(source, accepted, incident)
        self.backlogs.came(source, [(accepted - ended) / 86_400])
        if tray is not None:
            self.outside.came(tray, self._owners[source][0].id, local_day(ended, self._zone))

    def glance(self, now: int, ticks: Ticks) -> list[Reading]:
        """Return what may be told before midnight of what the day has brought up to `now`.

        It is what the midnight would settle if nothing more came, marked as provisional; nothing
        is settled, and what was told since midnight already is not told again.
        """
        return self.tell(self.guess(now, ticks))

    def guess(self, now: int, ticks: Ticks) -> list[Alert]:
        """Return the alerts that the coming midnight would bring if nothing more came."""
        today = local_day(now, self._zone) + timedelta(days=1)
        signals = ticks.signals(now, self._recurred, today)
        raisable, _ = self._noticer.copy().sort_out(now, today, signals)
        alerts = self._issues.copy().settle(now, today, raisable, ticks.withdrawn(now))
        return [
            replace(alert, provisional=True)
            for alert in alerts
            if alert.change is not AlertChange.CLOSED
        ]

    def tell(self, guessed: Sequence[Alert]) -> list[Reading]:
        """Return what of `guess` may be told and was not told since midnight."""
        return self._readings.provisional.tell(guessed)

    def tick(self, now: int, ticks: Ticks) -> Settled:
        """Settle the local midnight `now`, in whole seconds since 1970 UTC, in order of time.

        `ticks` answers on a set that holds everything accepted before it.
        """
        return self.report(self.find(now, ticks), ticks.tally)

    def find(self, now: int, ticks: Ticks) -> Found:
        """Correlate and alert: the first half of a tick."""
        today = local_day(now, self._zone)
        signals = ticks.signals(now, self._recurred)
        end = today.toordinal()
        self._recurred.note(end, ticks.linked.counts, end - OLDEST_DAYS)
        raisable, notices = self._noticer.sort_out(now, today, signals)
        alerts = self._issues.settle(now, today, raisable, ticks.withdrawn(now))
        held = {issue.last.id for issue in self._issues.open} | {alert.id for alert in alerts}
        return Found(now, tuple(alerts), tuple(notices), frozenset(held))

    def report(self, found: Found, tally: Callable[[int, date, date, bool], Tally]) -> Settled:
        """Disclose and draw up: the second half of a tick, on what the first half found.

        `tally` counts as `Ticks.tally` does; it is asked when a picture is due.
        """
        now, alerts = found.at, found.alerts
        today = local_day(now, self._zone)
        notices = [
            *found.notices,
            *self.feeds.notices(now),
            *self.backlogs.notices(now),
            *self.outside.notices(now, today),
        ]
        ended = self._readings.provisional.end(now, found.held, alerts)
        readings = self._readings.of(alerts)
        self._album.note(today, readings)
        frozen = self._album.freeze(
            now, today, tally, lambda fortnight: self.feeds.states(now, fortnight)
        )
        return Settled(now, alerts, (*ended, *readings), tuple(frozen), tuple(notices))

    def memory(self, of: Collection[str] | None = None) -> Memory:
        """Return what is remembered from one tick to the next, of these parts or of all.

        Plain values and the types of `MEMORY_TYPES`, as they are and not copied.
        """
        return {
            name: {attribute: getattr(part, attribute) for attribute in part.REMEMBERS}
            for name, part in self._parts().items()
            if of is None or name in of
        }

    def recall(self, memory: Memory) -> None:
        """Remember what `memory` returned, in this run or in a former one."""
        parts = self._parts()
        for name, values in memory.items():
            for attribute, value in values.items():
                setattr(parts[name], attribute, value)

    def _parts(self) -> dict[str, Remembering]:
        return {
            "recurred": self._recurred,
            "issues": self._issues,
            "noticer": self._noticer,
            "readings": self._readings,
            "guard": self._readings.guard,
            "provisional": self._readings.provisional,
            "feeds": self.feeds,
            "backlogs": self.backlogs,
            "outside": self.outside,
            "album": self._album,
        }


def correlator_of(bundle: Bundle) -> Correlator:
    """Return an empty correlator for the areas of a bundle."""
    return Correlator(bundle.areas, ZoneInfo(bundle.areas.timezone))
