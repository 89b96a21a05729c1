"""Compares what was planted in simulated data with what the hub said, by a rule that is stated.

An issue counts as found when an alert rests on at least `LEAST_EVENTS` of its events. A decoy
counts as taken for an issue when an alert rests mostly on its events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cioghub.wire.site.results import ReadAlert

LEAST_EVENTS = 3
NOTICE_DAYS = 35
"""A notice counts as about a decoy if it comes within so many days of the decoy's beginning."""

KIND_WORDS = {
    "issue:health-schools-violence": "Violence that only hospitals and schools see",
    "issue:border-knife-cluster": "Knife cluster across a border",
    "issue:county-lines": "County lines: weak signals of four agencies",
    "issue:school-weapon-online": "Threats online, then weapons at a school",
    "issue:coventry-border": "Robberies at the border of Coventry",
    "decoy:weapon-sweep": "A week of searches for weapons",
    "decoy:backlog": "A feed falls silent, then sends all at once",
    "decoy:recording-change": "A change of recording",
    "decoy:site-postcode": "A hospital files its own address",
    "decoy:bank-holiday": "Bank holiday",
    "decoy:bonfire-night": "Bonfire night",
}
_NOTICES = {
    "decoy:weapon-sweep": ("police-activity",),
    "decoy:backlog": ("feed-late", "backlog"),
    "decoy:recording-change": ("recording-change",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing planted: `alerts` that rest on it, `notices` about it, and days until the first."""

    words: str
    issue: bool
    areas: tuple[str, ...]
    first: date
    last: date
    events: int
    alerts: tuple[ReadAlert, ...]
    notices: tuple[str, ...]
    after: int | None

    @property
    def good(self) -> bool:
        """Say whether the hub did what a reader would want: alert on issues, none on decoys."""
        return self.issue == bool(self.alerts)


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything planted in the days shown, and the alerts that rest on none of it."""

    rows: tuple[Row, ...]
    unexplained: tuple[ReadAlert, ...]

    @property
    def issues(self) -> tuple[Row, ...]:
        """The planted issues."""
        return tuple(row for row in self.rows if row.issue)

    @property
    def decoys(self) -> tuple[Row, ...]:
        """The planted decoys."""
        return tuple(row for row in self.rows if not row.issue)


def compare(
    truth: Iterable[Mapping[str, Any]],
    alerts: Sequence[ReadAlert],
    receipts: Mapping[str, Sequence[Mapping[str, Any]]],
    notices: Sequence[Mapping[str, Any]],
    since: date,
) -> Compared:
    """Return what was planted from `since` on beside the hub's own alerts and notices."""
    behind: dict[str, set[tuple[str, str]]] = {}
    for own in receipts.values():
        for one in own:
            behind.setdefault(one["alert"], set()).add((one["source"], one["id"]))
    rows, explained = [], set()
    for planted in truth:
        first = date.fromisoformat(planted["from"])
        if first < since:
            continue
        events = {(one["source"], one["id"]) for one in planted["events"]}
        issue = planted["kind"].startswith("issue:")
        found = []
        for alert in alerts:
            held = behind.get(alert.id, set())
            shared = len(held & events)
            if shared >= LEAST_EVENTS if issue else 2 * shared > len(held):
                found.append(alert)
                explained.add(alert.id)
        last = date.fromisoformat(planted["to"])
        rows.append(
            Row(
                words=KIND_WORDS.get(planted["kind"], planted["kind"]),
                issue=issue,
                areas=tuple(a for a in (planted["ciog"], *planted["also"]) if a),
                first=first,
                last=last,
                events=len(events),
                alerts=tuple(found),
                notices=_notices(planted["kind"], first, notices),
                after=min((max((a.raised - first).days, 0) for a in found), default=None),
            )
        )
    rows.sort(key=lambda row: (not row.issue, row.first, row.words))
    shown = [one for one in alerts if one.raised >= since]
    return Compared(tuple(rows), tuple(one for one in shown if one.id not in explained))


def _notices(kind: str, first: date, notices: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    until = first + timedelta(days=NOTICE_DAYS)
    return tuple(
        notice["words"]
        for notice in notices
        if notice["code"] in _NOTICES.get(kind, ())
        and first <= date.fromisoformat(notice["time"][:10]) <= until
    )
