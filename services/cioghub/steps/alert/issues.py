"""One issue, one alert: signals join while it is open, it closes after quiet, a later one follows.

Rules for editors:
1. An alert is settled from the signals of one tick and the issues that were open: nothing else.
2. Signals are taken in one fixed order, so that which method spoke first never matters.
3. Every number in here is true and stays inside the hub; `disclose` decides who reads what.
4. What was withdrawn before a tick is behind no alert from that tick on, the open ones included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
Blinded = Callable[[str, str], str]
"""(use, text) to hex digits that only the holder of a key can make again."""

_AREA_WIDE = frozenset({SignalKind.SURGE, SignalKind.LINKAGE})


@dataclass(slots=True)
class Issue:
    """One open issue and the alert that stands for it."""

    last: Alert
    quiet_since: date
    evidence: dict[str, Evidence] = field(default_factory=dict, repr=False)
    lost: bool = False
    """Whether evidence was withdrawn since the last change that was told."""


def _none(number: int) -> bool:
    return False


def level_of(signal: Signal) -> str:
    """Return the word for how far above the usual: one step for each hundredfold."""
    step = int(signal.chance <= signal.limit / LEVEL_STEP)
    step += int(signal.chance <= signal.limit / LEVEL_STEP**2)
    return LEVELS[step]


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
        withdrawn: Callable[[int], bool] = _none,
    ) -> list[Alert]:
        """Return the alerts raised, updated and closed at this tick, in one fixed order.

        `at` is the time of the tick in whole seconds since 1970 UTC, `today` its local day;
        `withdrawn` says of the number of an event whether it was withdrawn before this tick.
        """
        for issue in self._open:
            _forget(issue, withdrawn)
        before = len(self._open)
        found: dict[int, list[Signal]] = {}
        for signal in sorted(signals, key=_order):
            place = next(
                (i for i, issue in enumerate(self._open) if _same(issue, signal)),
                None,
            )
            if place is not None and signal.chance <= signal.limit * JOIN_FACTOR:
                found.setdefault(place, []).append(signal)
            elif place is None and signal.chance <= signal.limit:
                self._raise(at, today, signal)
        for place in range(before, len(self._open)):
            self._join_at_once(self._open[place], found.pop(place, []))
        changes = [issue.last for issue in self._open[before:]]
        for place, joining in found.items():
            change = self._join(self._open[place], at, today, joining, withdrawn)
            if change is not None:
                changes.append(change)
        for issue in self._open:
            if issue.lost and issue.evidence:
                changes.append(self._lessen(issue, at, withdrawn))
        changes += self._close(at, today)
        return changes

    def _raise(self, at: int, today: date, signal: Signal) -> None:
        lead, *also = signal.ciogs
        former = self._former(signal, today)
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
            reason=reason_of(signal),
            evidence=signal.evidence,
            whole=signal.evidence,
            follows=former,
            provisional=False,
        )
        self._open.append(Issue(alert, today, {one.id: one for one in signal.evidence}))

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

    @staticmethod
    def _join_at_once(issue: Issue, signals: list[Signal]) -> None:
        """Put signals of the tick that raises an alert into the raise itself."""
        for signal in signals:
            issue.evidence |= {one.id: one for one in signal.evidence}
        touched = [ciog for signal in signals for ciog in signal.ciogs]
        also = tuple(c for c in dict.fromkeys([*issue.last.also, *touched]) if c != issue.last.ciog)
        evidence = tuple(issue.evidence[k] for k in sorted(issue.evidence))
        issue.last = replace(issue.last, also=also, evidence=evidence, whole=evidence)

    def _join(
        self,
        issue: Issue,
        at: int,
        today: date,
        signals: list[Signal],
        withdrawn: Callable[[int], bool],
    ) -> Alert | None:
        issue.quiet_since = today
        added: dict[str, Evidence] = {}
        for signal in signals:
            for one in signal.evidence:
                if one.id not in issue.evidence:
                    added[one.id] = one
        # What is said of an issue stays about its own subject; others add evidence only.
        own = [signal for signal in signals if _own(issue, signal)]
        signal, level, reason = issue.last.signal, issue.last.level, issue.last.reason
        if own:
            signal = min(own, key=_order)
            level, reason = level_of(signal), reason_of(signal)
            if not issue.lost:
                level = max(level, issue.last.level, key=LEVELS.index)
        elif issue.lost:
            signal, level, reason = _what_is_left(issue, withdrawn)
        touched = [c for s in signals for c in s.ciogs]
        also = tuple(dict.fromkeys([*issue.last.also, *touched]))
        also = tuple(c for c in also if c != issue.last.ciog)
        same = not added and level == issue.last.level and also == issue.last.also
        if same and not issue.lost:
            return None
        issue.evidence |= added
        issue.lost = False
        issue.last = replace(
            issue.last,
            sequence=issue.last.sequence + 1,
            change=AlertChange.UPDATED,
            at=at,
            signal=signal,
            also=also,
            level=level,
            reason=reason,
            evidence=tuple(added[k] for k in sorted(added)),
            whole=tuple(issue.evidence[k] for k in sorted(issue.evidence)),
        )
        return issue.last

    def _lessen(self, issue: Issue, at: int, withdrawn: Callable[[int], bool]) -> Alert:
        """Return the change of an alert that lost evidence and that no signal speaks for now."""
        signal, level, reason = _what_is_left(issue, withdrawn)
        issue.lost = False
        issue.last = replace(
            issue.last,
            sequence=issue.last.sequence + 1,
            change=AlertChange.UPDATED,
            at=at,
            signal=signal,
            level=level,
            reason=reason,
            evidence=(),
            whole=tuple(issue.evidence[k] for k in sorted(issue.evidence)),
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
        return next((i.last.id for i in reversed(self._closed) if _same(i, signal)), None)


def _order(signal: Signal) -> tuple[object, ...]:
    return (signal.chance / signal.limit, signal.kind.value, signal.hub_category, signal.ciogs)


def _forget(issue: Issue, withdrawn: Callable[[int], bool]) -> None:
    """Take out of an open issue what was withdrawn."""
    gone = [id for id, one in issue.evidence.items() if withdrawn(one.number)]
    for id in gone:
        del issue.evidence[id]
    issue.lost = issue.lost or bool(gone)


def _without(signal: Signal, withdrawn: Callable[[int], bool]) -> Signal:
    """Return a signal as it is without what was withdrawn from under it."""
    left = tuple(one for one in signal.evidence if not withdrawn(one.number))
    if signal.kind is SignalKind.LINKAGE:
        seen = min(signal.seen, len(left))  # subjects, each with at least one event
    else:
        seen = signal.seen - (len(signal.evidence) - len(left))
    return replace(signal, seen=seen, evidence=left, p_value=None, recurrence_days=None)


def _what_is_left(issue: Issue, withdrawn: Callable[[int], bool]) -> tuple[Signal, str, str]:
    """Return the signal, level and reason of an issue that lost evidence."""
    signal, level = _without(issue.last.signal, withdrawn), LEVELS[0]
    reason = f"Events behind it were withdrawn. What is left: {reason_of(signal, level)}"
    return signal, level, reason


def _own(issue: Issue, signal: Signal) -> bool:
    """Say whether a signal that joins an issue is of its subject; all linkage has but one."""
    return issue.last.hub_category == signal.hub_category or signal.kind is SignalKind.LINKAGE


def _same(issue: Issue, signal: Signal) -> bool:
    """Say whether a signal is about an issue: same category and place, or the same events.

    Linkage and the rest never meet: what is read of repeat involvement is less than of the others.
    """
    if (issue.last.signal.kind is SignalKind.LINKAGE) != (signal.kind is SignalKind.LINKAGE):
        return False
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


def reason_of(signal: Signal, level: str | None = None) -> str:
    """Return in plain words why a signal speaks; with true counts, for use inside the hub.

    `level` is what the signal's own level is if left out.
    """
    what = CATEGORY_WORDS[signal.hub_category]
    window = f"from {day_words(signal.first, False)} to {day_words(signal.last)}"
    agencies = listed(sorted({one.kind for one in signal.evidence}))
    above = LEVEL_WORDS[level or level_of(signal)]
    usual = f"about {signal.expected:.1f} would be usual"
    if signal.expected < 0.05:
        usual = "next to none would be usual"
    if signal.kind is SignalKind.SURGE:
        return f"{what}: {above} in the area, {signal.seen} {window}; {usual} ({agencies})."
    if signal.kind is SignalKind.CLUSTER:
        return (
            f"{what}: {above} in a few places close together, {signal.seen} {window}; "
            f"{usual} there ({agencies})."
        )
    if signal.kind is SignalKind.CONVERGENCE:
        return (
            f"Weak signals meet in one neighbourhood: {signal.pattern}; {signal.seen} {window}, "
            f"where {usual} ({agencies})."
        )
    return (
        f"Repeat involvement is {above} in the area: {signal.seen} subjects recur {window}; "
        f"{usual} ({agencies})."
    )
