"""One issue, one alert: signals join while it is open, it closes after quiet, a later one follows.

Rules for editors:
1. An alert is settled from the signals of one tick and the issues that were open: nothing else.
2. Signals are taken in one fixed order, so that which method spoke first never matters.
3. Every number in here is true and stays inside the hub; `disclose` decides who reads what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from cioghub.vocabulary.signals import (
    LEVELS,
    Alert,
    AlertChange,
    Evidence,
    Signal,
    SignalKind,
)
from cioghub.vocabulary.words import CATEGORY_WORDS, LEVEL_WORDS, day_words, listed

QUIET_DAYS = 14
"""An issue closes when no signal has joined it for so many days: one fortnightly meeting."""

FOLLOWS_DAYS = 91
JOIN_FACTOR = 10.0
"""An open issue is joined by what is up to so much less surprising than what opens one."""

LEVEL_STEP = 100.0
SAME_SHARE = 0.5
_AREA_WIDE = frozenset({SignalKind.SURGE, SignalKind.LINKAGE})


@dataclass(slots=True)
class Issue:
    """One open issue and the alert that stands for it."""

    last: Alert
    quiet_since: date
    evidence: dict[str, Evidence] = field(default_factory=dict, repr=False)


def level_of(signal: Signal) -> str:
    """Return the word for how far above the usual: one step for each hundredfold."""
    step = int(signal.chance <= signal.limit / LEVEL_STEP)
    step += int(signal.chance <= signal.limit / LEVEL_STEP**2)
    return LEVELS[step]


class Issues:
    """The issues of a partnership; `settle` takes the signals of one tick."""

    def __init__(self) -> None:
        self._open: list[Issue] = []
        self._closed: list[Issue] = []

    @property
    def open(self) -> tuple[Issue, ...]:
        """Return the open issues, oldest first."""
        return tuple(self._open)

    def settle(self, at: int, today: date, signals: Iterable[Signal]) -> list[Alert]:
        """Return the alerts raised, updated and closed at this tick, in one fixed order.

        `at` is the time of the tick in whole seconds since 1970 UTC, `today` its local day.
        """
        changes = []
        joined: dict[int, list[Signal]] = {}
        for signal in sorted(signals, key=_order):
            place = next(
                (i for i, issue in enumerate(self._open) if _same(issue, signal)),
                None,
            )
            if place is not None and signal.chance <= signal.limit * JOIN_FACTOR:
                joined.setdefault(place, []).append(signal)
            elif place is None and signal.chance <= signal.limit:
                changes.append(self._raise(at, today, signal))
        for place, found in joined.items():
            change = self._join(self._open[place], at, today, found)
            if change is not None:
                changes.append(change)
        changes += self._close_quiet(at, today)
        return changes

    def _raise(self, at: int, today: date, signal: Signal) -> Alert:
        lead, *also = signal.ciogs
        former = self._former(signal, today)
        alert = Alert(
            id=_alert_id(at, signal),
            sequence=1,
            change=AlertChange.RAISED,
            at=at,
            signal=signal,
            hub_category=signal.hub_category,
            ciog=lead,
            also=tuple(also),
            level=level_of(signal),
            reason=reason_of(signal),
            evidence=signal.evidence,
            whole=signal.evidence,
            follows=former,
            provisional=False,
        )
        self._open.append(Issue(alert, today, {one.id: one for one in signal.evidence}))
        return alert

    def _join(self, issue: Issue, at: int, today: date, signals: list[Signal]) -> Alert | None:
        issue.quiet_since = today
        added: dict[str, Evidence] = {}
        for signal in signals:
            for one in signal.evidence:
                if one.id not in issue.evidence:
                    added[one.id] = one
        strongest = min(signals, key=_order)
        level = max(level_of(strongest), issue.last.level, key=LEVELS.index)
        touched = [c for s in signals for c in s.ciogs]
        also = tuple(dict.fromkeys([*issue.last.also, *touched]))
        also = tuple(c for c in also if c != issue.last.ciog)
        if not added and level == issue.last.level and also == issue.last.also:
            return None
        issue.evidence |= added
        issue.last = replace(
            issue.last,
            sequence=issue.last.sequence + 1,
            change=AlertChange.UPDATED,
            at=at,
            signal=strongest,
            also=also,
            level=level,
            reason=reason_of(strongest),
            evidence=tuple(added[k] for k in sorted(added)),
            whole=tuple(issue.evidence[k] for k in sorted(issue.evidence)),
        )
        return issue.last

    def _close_quiet(self, at: int, today: date) -> list[Alert]:
        closed = []
        for issue in list(self._open):
            if (today - issue.quiet_since).days < QUIET_DAYS:
                continue
            self._open.remove(issue)
            issue.last = replace(
                issue.last,
                sequence=issue.last.sequence + 1,
                change=AlertChange.CLOSED,
                at=at,
                reason=f"Nothing new for {QUIET_DAYS} days. It was: {issue.last.reason}",
                evidence=(),
            )
            issue.quiet_since = today
            self._closed.append(issue)
            closed.append(issue.last)
        return closed

    def _former(self, signal: Signal, today: date) -> str | None:
        self._closed = [i for i in self._closed if (today - i.quiet_since).days <= FOLLOWS_DAYS]
        return next((i.last.id for i in reversed(self._closed) if _same(i, signal)), None)


def _order(signal: Signal) -> tuple[object, ...]:
    return (signal.chance / signal.limit, signal.kind.value, signal.hub_category, signal.ciogs)


def _same(issue: Issue, signal: Signal) -> bool:
    """Say whether a signal is about an issue: same category and place, or the same events."""
    shared = sum(one.id in issue.evidence for one in signal.evidence)
    if shared >= SAME_SHARE * len(signal.evidence):
        return True
    if issue.last.hub_category != signal.hub_category:
        return False
    if shared:
        return True
    areas = {issue.last.ciog, *issue.last.also}
    wide = signal.kind in _AREA_WIDE or issue.last.signal.kind in _AREA_WIDE
    if wide:
        return not areas.isdisjoint(signal.ciogs)
    places = {one.place for one in issue.evidence.values()}
    return any(one.place in places for one in signal.evidence)


def _alert_id(at: int, signal: Signal) -> str:
    """Return an id that anyone with the same evidence gets, and that tells nobody anything."""
    text = "\0".join(
        [str(at), signal.kind, signal.hub_category, *signal.ciogs, *(e.id for e in signal.evidence)]
    )
    return "al-" + hashlib.sha256(text.encode()).hexdigest()[:20]


def reason_of(signal: Signal) -> str:
    """Return in plain words why a signal speaks; with true counts, for use inside the hub."""
    what = CATEGORY_WORDS[signal.hub_category]
    window = f"from {day_words(signal.first, False)} to {day_words(signal.last)}"
    agencies = listed(sorted({one.kind for one in signal.evidence}))
    level = LEVEL_WORDS[level_of(signal)]
    usual = f"about {signal.expected:.1f} would be usual"
    if signal.kind is SignalKind.SURGE:
        return f"{what} is {level} in the area: {signal.seen} {window}, {usual} ({agencies})."
    if signal.kind is SignalKind.CLUSTER:
        return (
            f"{what} is {level} in a few places close together: {signal.seen} {window}, "
            f"{usual} there ({agencies})."
        )
    if signal.kind is SignalKind.CONVERGENCE:
        return (
            f"Weak signals meet in one neighbourhood: {signal.pattern}; {signal.seen} {window}, "
            f"{usual} there ({agencies})."
        )
    return (
        f"Repeat involvement is {level} in the area: {signal.seen} subjects recur {window}, "
        f"{usual} ({agencies})."
    )
