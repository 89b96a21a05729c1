"""Which signals are about one issue: those of its subject and place, or those of its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import compress
from operator import attrgetter

import numpy as np

from cioghub.steps.alert.numbers import IntArray, Numbers, numbers_of
from cioghub.vocabulary.signals import Alert, Evidence, Signal, SignalKind

LEAST_SHARED = 2
LOCAL_SHARE = 0.25
WIDE_SHARE = 0.5
"""Signals of other subjects are about an issue when so much of the smaller of the two sets of
events is in both, and at least two events. What speaks of a whole area needs more: it holds events
of many places, and must not join what lies apart."""

JOIN_FACTOR = 10.0
"""An open issue is joined by what is up to so much less surprising than what opens one."""

AREA_WIDE = frozenset({SignalKind.SURGE, SignalKind.LINKAGE})

Places = set[tuple[str, str] | None]

_place, _publisher = attrgetter("place"), attrgetter("publisher")


@dataclass
class Issue:
    """One open issue and the alert that stands for it.

    What follows from its events is kept from day to day: they are many, and few are new.
    """

    last: Alert
    quiet_since: date
    evidence: dict[str, Evidence] = field(default_factory=dict, repr=False)
    lost: bool = False
    """Whether evidence was withdrawn since the last change that was told."""

    wide: bool = False
    """Whether a signal of its subject and of a whole area has ever been about it."""

    @cached_property
    def numbers(self) -> IntArray:
        """The numbers of its events, in their order."""
        return numbers_of(self.evidence.values())

    @cached_property
    def places(self) -> Places:
        """The places of its events."""
        return set(map(_place, self.evidence.values()))

    @cached_property
    def publishers(self) -> set[str]:
        """The publishers of its events."""
        return set(map(_publisher, self.evidence.values()))

    def whole(self) -> tuple[Evidence, ...]:
        """Return its events by id."""
        return by_id(self.evidence)

    def add(self, added: Mapping[str, Evidence]) -> None:
        """Put in events by id."""
        many = len(self.evidence) + len(added)
        numbers = np.append(self.numbers, numbers_of(added.values()))
        self.evidence |= added
        if len(self.evidence) < many:
            self._forget_what_follows()
            return
        self.numbers = numbers
        self.places.update(map(_place, added.values()))
        self.publishers.update(map(_publisher, added.values()))

    def forget(self, withdrawn: Numbers) -> None:
        """Take out what was withdrawn."""
        out = withdrawn.among(self.numbers)
        if out.any():
            for id in list(compress(self.evidence, out.tolist())):
                del self.evidence[id]
            self._forget_what_follows()
            self.lost = True

    def _forget_what_follows(self) -> None:
        for name in ("numbers", "places", "publishers"):
            self.__dict__.pop(name, None)


def by_id(evidence: Mapping[str, Evidence]) -> tuple[Evidence, ...]:
    """Return events in order of the ids that they are given by."""
    return tuple(map(evidence.__getitem__, sorted(evidence)))


class Claim:
    """A signal that looks for its issue, with the numbers of its events."""

    def __init__(self, signal: Signal) -> None:
        self.signal = signal
        self.numbers = numbers_of(signal.evidence)

    @cached_property
    def places(self) -> Places:
        """The places of its events."""
        return set(map(_place, self.signal.evidence))


class Gathering:
    """What one tick says of one issue: the issue, if it is open already, and its signals."""

    def __init__(self, issue: Issue | None, lead: Signal, subject: str) -> None:
        self.issue = issue
        self.signals: list[Signal] = []
        self._subject = subject
        self._linkage = lead.kind is SignalKind.LINKAGE
        self._lead_is_wide = lead.kind in AREA_WIDE
        self.wide = self._lead_is_wide
        """Whether any signal of its subject, now or before, speaks of a whole area."""
        self.added: dict[str, Evidence] = {}
        self.ciogs: dict[str, None] = {}
        """What its signals of this tick add: events, and the areas touched, in their order."""
        self._numbers = Numbers()
        self._areas: set[str] = set()
        self._places: Places = set()
        self._unplaced: list[Claim | Issue] = []
        """What holds events whose places nobody has asked for yet."""

    @classmethod
    def of(cls, issue: Issue) -> Gathering:
        """Return what gathers the signals about an open or a closed issue."""
        found = cls(issue, issue.last.signal, issue.last.hub_category)
        found.wide = issue.wide
        found._unplaced.append(issue)
        found._hold(issue.numbers, (issue.last.ciog, *issue.last.also))
        return found

    @classmethod
    def new(cls, claim: Claim) -> Gathering:
        """Return what begins with the signal that raises an alert."""
        found = cls(None, claim.signal, claim.signal.hub_category)
        found.take(claim)
        return found

    def take(self, claim: Claim) -> None:
        """Take a signal that is about this issue.

        Of what speaks of a whole area and of another subject, only that counts which lies here.
        """
        signal, numbers = claim.signal, claim.numbers
        evidence, ciogs = signal.evidence, signal.ciogs
        if signal.kind in AREA_WIDE and not self._owns(signal):
            here = list(map(self._placed().__contains__, map(_place, evidence)))
            evidence = tuple(compress(evidence, here))
            numbers, ciogs = numbers[here], ()
        else:
            self._unplaced.append(claim)
        self.signals.append(signal)
        self.wide |= signal.kind in AREA_WIDE and self._owns(signal)
        new = ~self._numbers.among(numbers)
        self.added |= {one.id: one for one in compress(evidence, new.tolist())}
        self.ciogs |= dict.fromkeys(ciogs)
        self._hold(numbers, ciogs)

    def closeness(self, claim: Claim) -> tuple[int, bool]:
        """Return how much of a signal is here: events, then whether it is of this subject."""
        return self._shared(claim), self._owns(claim.signal)

    def holds(self, claim: Claim) -> bool:
        """Say whether a signal is about this issue: same category and place, or the same events.

        Linkage and the rest never meet: what is read of repeat involvement is less than of others.
        """
        signal = claim.signal
        if self._linkage != (signal.kind is SignalKind.LINKAGE):
            return False
        shared, is_wide = self._shared(claim), signal.kind in AREA_WIDE
        if not self._owns(signal):
            share = WIDE_SHARE if self.wide or is_wide else LOCAL_SHARE
            least = max(LEAST_SHARED, share * min(len(self._numbers), len(signal.evidence)))
            return shared >= least and not (is_wide and signal.chance > signal.limit)
        if shared:
            return True
        if self._lead_is_wide or is_wide:
            return not self._areas.isdisjoint(signal.ciogs)
        return not self._placed().isdisjoint(claim.places)

    def _owns(self, signal: Signal) -> bool:
        """Say whether a signal is of this subject; all linkage has but one."""
        return self._linkage or self._subject == signal.hub_category

    def _hold(self, numbers: IntArray, ciogs: Iterable[str]) -> None:
        self._numbers.add(numbers)
        self._areas.update(ciogs)

    def _placed(self) -> Places:
        """Return the places of its events: seldom asked for, and there are many events."""
        for one in self._unplaced:
            self._places |= one.places
        self._unplaced = []
        return self._places

    def _shared(self, claim: Claim) -> int:
        return int(np.count_nonzero(self._numbers.among(claim.numbers)))


def gather(gatherings: list[Gathering], signals: Sequence[Signal]) -> None:
    """Give each signal to the issue that it is about; what begins one is added to `gatherings`.

    Signals come in one fixed order, strongest first. What is about none of the open issues raises
    an alert if it is rare enough, and draws what is about the same events into it. Each goes where
    most of it is already; the oldest issue has it where two have the same.
    """
    waiting = [Claim(signal) for signal in signals]
    while True:
        waiting = _given(gatherings, waiting)
        first = next((one for one in waiting if one.signal.chance <= one.signal.limit), None)
        if first is None:
            return
        waiting.remove(first)
        gatherings.append(Gathering.new(first))


def _given(gatherings: Sequence[Gathering], waiting: list[Claim]) -> list[Claim]:
    """Give away what can be given, chains of shared events included; return what is left."""
    while True:
        left = []
        for claim in waiting:
            about = [one for one in gatherings if one.holds(claim)]
            if about:
                max(about, key=lambda one: one.closeness(claim)).take(claim)
            else:
                left.append(claim)
        if len(left) == len(waiting):
            return left
        waiting = left
