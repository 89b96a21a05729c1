"""One issue, one alert: signals join while it is open, it closes after quiet, a later one follows.

Rules for editors:
1. An alert is settled from the signals of one tick and the issues that were open: nothing else.
2. Signals are taken in one fixed order, so that which method spoke first never matters.
3. Every number in here is true and stays inside the hub; `disclose` decides who reads what.
4. What was withdrawn before a tick is behind no alert from that tick on, the open ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import compress
from operator import attrgetter

import numpy as np

from cioghub.steps.alert.issue import JOIN_FACTOR, Claim, Gathering, Issue, by_id, gather
from cioghub.steps.alert.numbers import IntArray, Numbers, numbers_of
from cioghub.steps.alert.reasons import level_of, reason_of
from cioghub.vocabulary.signals import (
    LEVELS,
    Alert,
    AlertChange,
    Evidence,
    Signal,
    SignalKind,
)
from cioghub.vocabulary.words import beside_words

QUIET_DAYS = 14
"""An issue closes when no signal has joined it for so many days: one fortnightly meeting."""

FOLLOWS_DAYS = 91

Blinded = Callable[[str, str], str]
"""(use, text) to hex digits that only the holder of a key can make again."""


_NONE: IntArray = np.zeros(0, dtype=np.int64)


class Issues:
    """The issues of a partnership; `settle` takes the signals of one tick."""

    REMEMBERS = ("_open", "_closed")

    def __init__(self, blinded: Blinded) -> None:
        """`blinded` makes of a use and a text a name that nobody else can make."""
        self._blinded = blinded
        self._open: list[Issue] = []
        self._closed: list[Issue] = []

    def copy(self) -> Issues:
        """Return the same issues, apart: what is settled on one leaves the other alone."""
        found = Issues(self._blinded)
        found._open = [replace(one, evidence=dict(one.evidence)) for one in self._open]
        found._closed = list(self._closed)
        return found

    @property
    def open(self) -> tuple[Issue, ...]:
        """Return the open issues, oldest first."""
        return tuple(self._open)

    def settle(
        self,
        at: int,
        today: date,
        signals: Iterable[Signal],
        withdrawn: IntArray = _NONE,
    ) -> list[Alert]:
        """Return the alerts raised, updated and closed at this tick, in one fixed order.

        `at` is the time of the tick in whole seconds since 1970 UTC, `today` its local day;
        `withdrawn` are the numbers of the events that were withdrawn before this tick.
        """
        gone = Numbers()
        gone.add(withdrawn)
        for issue in self._open:
            issue.forget(gone)
        gatherings = [Gathering.of(issue) for issue in self._open]
        joining = [one for one in signals if one.chance <= one.limit * JOIN_FACTOR]
        gather(gatherings, sorted(joining, key=_order))
        changes, joined = [], []
        for one in gatherings:
            if one.issue is None:
                changes.append(self._raise(at, today, one))
            elif one.signals:
                joined.append(self._join(one.issue, one, at, today, gone))
        changes += [change for change in joined if change is not None]
        for issue in self._open:
            if issue.lost and issue.evidence:
                changes.append(self._lessen(issue, at, gone))
        changes += self._close(at, today)
        return changes

    def _raise(self, at: int, today: date, gathering: Gathering) -> Alert:
        """Return the raise of the first signal, with what the others of this tick add to it."""
        signal, evidence = gathering.signals[0], gathering.added
        whole = by_id(evidence)
        lead, *also = gathering.ciogs
        alert = Alert(
            id=self._name(today, signal),
            sequence=1,
            change=AlertChange.RAISED,
            at=at,
            signal=signal,
            hub_category=signal.hub_category,
            ciog=lead,
            also=tuple(also),
            level=level_of(signal),
            reason="",
            evidence=whole,
            whole=whole,
            follows=self._former(signal, today),
            provisional=False,
        )
        issue = Issue(alert, today, evidence, wide=gathering.wide)
        beside = _beside(issue, gathering)
        issue.last = replace(alert, beside=beside, reason=reason_of(signal, beside=beside))
        self._open.append(issue)
        return issue.last

    def _name(self, today: date, signal: Signal) -> str:
        """Return the id of a new alert, the same whatever else comes before its day has ended.

        It is told by the day, the subject and the lead area, and blinded, so that it tells nobody
        anything.
        """
        linkage = signal.kind is SignalKind.LINKAGE
        subject = SignalKind.LINKAGE.value if linkage else signal.hub_category
        stem = f"{today.isoformat()}\0{subject}\0{signal.ciogs[0]}"
        taken = {one.last.id for one in self._open}
        for n in range(len(taken) + 1):
            name = "al-" + self._blinded("alert", f"{stem}\0{n}")[:20]
            if name not in taken:
                break
        return name

    def _join(
        self,
        issue: Issue,
        gathering: Gathering,
        at: int,
        today: date,
        withdrawn: Numbers,
    ) -> Alert | None:
        signals, added = gathering.signals, gathering.added
        issue.quiet_since = today
        issue.wide = gathering.wide
        issue.add(added)
        # What is said of an issue stays about its own subject; others add evidence and their name.
        own = [signal for signal in signals if _own(issue, signal)]
        signal, level = issue.last.signal, issue.last.level
        beside = _beside(issue, gathering)
        reason = issue.last.reason.removesuffix(beside_words(issue.last.beside))
        reason += beside_words(beside)
        if own:
            signal = min(own, key=_order)
            level = level_of(signal)
            if not issue.lost:
                level = max(level, issue.last.level, key=LEVELS.index)
            reason = reason_of(signal, level, beside)
        elif issue.lost:
            signal, level, reason = _what_is_left(issue, withdrawn)
            reason += beside_words(beside)
        also = tuple(dict.fromkeys([*issue.last.also, *gathering.ciogs]))
        also = tuple(c for c in also if c != issue.last.ciog)
        before = (issue.last.level, issue.last.also, issue.last.beside)
        if not added and (level, also, beside) == before and not issue.lost:
            return None
        issue.lost = False
        issue.last = replace(
            issue.last,
            sequence=issue.last.sequence + 1,
            change=AlertChange.UPDATED,
            at=at,
            signal=signal,
            also=also,
            beside=beside,
            level=level,
            reason=reason,
            evidence=by_id(added),
            whole=issue.whole(),
        )
        return issue.last

    def _lessen(self, issue: Issue, at: int, withdrawn: Numbers) -> Alert:
        """Return the change of an alert that lost evidence and that no signal speaks for now."""
        signal, level, reason = _what_is_left(issue, withdrawn)
        issue.lost = False
        issue.last = replace(
            issue.last,
            sequence=issue.last.sequence + 1,
            change=AlertChange.UPDATED,
            at=at,
            signal=signal,
            beside=(),
            level=level,
            reason=reason,
            evidence=(),
            whole=issue.whole(),
        )
        return issue.last

    def _close(self, at: int, today: date) -> list[Alert]:
        closed = []
        for issue in list(self._open):
            signal, reason = issue.last.signal, None
            if not issue.evidence:
                reason = "Every event behind it was withdrawn."
                signal = replace(signal, seen=0, evidence=())
            elif (today - issue.quiet_since).days >= QUIET_DAYS:
                reason = f"Nothing new for {QUIET_DAYS} days. It was: {issue.last.reason}"
            if reason is None:
                continue
            self._open.remove(issue)
            issue.last = replace(
                issue.last,
                sequence=issue.last.sequence + 1,
                change=AlertChange.CLOSED,
                at=at,
                signal=signal,
                reason=reason,
                evidence=(),
            )
            issue.quiet_since = today
            self._closed.append(issue)
            closed.append(issue.last)
        return closed

    def _former(self, signal: Signal, today: date) -> str | None:
        self._closed = [i for i in self._closed if (today - i.quiet_since).days <= FOLLOWS_DAYS]
        claim = Claim(signal)
        return next(
            (i.last.id for i in reversed(self._closed) if Gathering.of(i).holds(claim)), None
        )


_id, _publisher = attrgetter("id"), attrgetter("publisher")


def _order(signal: Signal) -> tuple[object, ...]:
    same = (signal.kind.value, signal.hub_category, signal.ciogs)
    return (signal.chance / signal.limit, *same, _Ids(signal.evidence))


class _Ids:
    """The ids of events, to compare by: to list them is seldom needed, and there are many."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ids) and self._listed() == other._listed()

    def __lt__(self, other: _Ids) -> bool:
        return self._listed() < other._listed()

    def _listed(self) -> list[str]:
        return list(map(_id, self._evidence))


def _without(signal: Signal, withdrawn: Numbers) -> Signal:
    """Return a signal as it is without what was withdrawn from under it."""
    stays = ~withdrawn.among(numbers_of(signal.evidence))
    left = tuple(compress(signal.evidence, stays.tolist()))
    if signal.kind is SignalKind.LINKAGE:
        seen = min(signal.seen, len(left))  # subjects, each with at least one event
    else:
        seen = signal.seen - (len(signal.evidence) - len(left))
    return replace(signal, seen=seen, evidence=left, p_value=None, recurrence_days=None)


def _what_is_left(issue: Issue, withdrawn: Numbers) -> tuple[Signal, str, str]:
    """Return the signal, level and reason of an issue that lost evidence."""
    signal, level = _without(issue.last.signal, withdrawn), LEVELS[0]
    reason = f"Events behind it were withdrawn. What is left: {reason_of(signal, level)}"
    return signal, level, reason


def _own(issue: Issue, signal: Signal) -> bool:
    """Say whether a signal that joins an issue is of its subject; all linkage has but one."""
    return issue.last.hub_category == signal.hub_category or signal.kind is SignalKind.LINKAGE


def _beside(issue: Issue, gathering: Gathering) -> tuple[str, ...]:
    """Return the other categories of an issue, with those of signals that would raise an alert.

    None is named whose publishers have no event in the issue: who reads it is judged by its events.
    """
    if issue.last.signal.kind is SignalKind.LINKAGE:
        return ()
    found = {
        signal.hub_category
        for signal in gathering.signals
        if signal.chance <= signal.limit
        and issue.publishers.issuperset(map(_publisher, signal.evidence))
    }
    former = () if issue.lost else issue.last.beside
    return tuple(sorted({*former, *found} - {issue.last.hub_category}))
