"""What a day brings before its midnight: told at once, and taken back if it does not hold.

Only a reader to whom every contributor releases `exact` is told before midnight: to others, how an
alert grows by the hour would say what its rounded counts hide.

An alert's settled id follows from the day's set alone, and another subject may lead by midnight. An
issue keeps the id that it was first told under until then; midnight says what it goes on as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cioghub.steps.disclose.alerts import AlertDisclosure
from cioghub.vocabulary.readings import Audience, Reading
from cioghub.vocabulary.signals import Alert, AlertChange

NOT_HELD = "It did not hold at the end of the day, and nothing was settled."
GOES_ON = "At the end of the day it was settled as another alert, by what leads there: "


class Provisional:
    """Remembers what was told since the last midnight."""

    REMEMBERS = ("_told", "_last", "_changes")

    def __init__(self, disclosure: AlertDisclosure, audiences: Iterable[Audience]) -> None:
        self._disclosure = disclosure
        self._audiences = tuple(audiences)
        self._reader = {one.id: one for one in self._audiences}
        self._told: dict[tuple[str | None, str], Mapping[str, Any]] = {}
        self._last: dict[str, Alert] = {}
        self._changes: dict[tuple[str | None, str], int] = {}

    def tell(self, alerts: Iterable[Alert]) -> list[Reading]:
        """Return what these changes tell that was not told since midnight."""
        found = []
        for alert in self._named(list(alerts)):
            data = self._disclosure.whole(alert)
            for audience, said in (
                (None, data),
                *(
                    (one.id, self._disclosure.read(alert, one))
                    for one in self._audiences
                    if self._disclosure.is_exact(alert, one)
                ),
            ):
                before = self._told.get((audience, alert.id))
                if said is None or before == said:
                    continue
                self._told[audience, alert.id] = said
                self._last[alert.id] = alert
                found.append(self._reading(audience, *_since(before, alert, said)))
        return found

    def _named(self, alerts: Sequence[Alert]) -> Iterator[Alert]:
        """Yield the alerts, each new one under the id that most of it was told under today."""
        taken = {alert.id for alert in alerts}
        for alert in alerts:
            if alert.change is AlertChange.RAISED and alert.id not in self._last:
                told = [
                    one
                    for one in self._last.values()
                    if one.change is AlertChange.RAISED
                    and one.id not in taken
                    and _goes_on_in(one, alert)
                ]
                if told:
                    taken.add(told[0].id)
                    alert = replace(alert, id=told[0].id)
            yield alert

    def end(self, at: int, held: Iterable[str], settled: Sequence[Alert]) -> list[Reading]:
        """Forget the day, and end what was raised in it and is not among `held`.

        Of the alerts that were `settled`, the reader of each is told in which it goes on, if any.
        """
        kept = set(held)
        found = []
        for (audience, alert_id), said in sorted(
            self._told.items(), key=lambda one: (one[0][1], one[0][0] or "")
        ):
            if alert_id in kept:
                continue
            told = self._last[alert_id]
            reason = self._end_of(told, audience, settled)
            alert = replace(told, change=AlertChange.CLOSED, at=at, evidence=())
            data = {**said, "reason": reason, "evidence": []}
            found.append(self._reading(audience, alert, data))
        self._told.clear()
        self._last.clear()
        self._changes.clear()
        return found

    def _end_of(self, told: Alert, audience: str | None, settled: Sequence[Alert]) -> str:
        for alert in settled:
            if alert.change is AlertChange.CLOSED or not _goes_on_in(told, alert):
                continue
            if audience is None or self._may_read(alert, self._reader[audience]):
                return f"{GOES_ON}{alert.id}."
        return NOT_HELD

    def _may_read(self, alert: Alert, audience: Audience) -> bool:
        exact = self._disclosure.is_exact(alert, audience)
        return exact and self._disclosure.read(alert, audience) is not None

    def _reading(self, audience: str | None, alert: Alert, data: Mapping[str, Any]) -> Reading:
        key = (audience, alert.id)
        self._changes[key] = self._changes.get(key, 0) + 1
        return Reading(audience, alert, self._changes[key], data)


def _since(
    before: Mapping[str, Any] | None, alert: Alert, said: Mapping[str, Any]
) -> tuple[Alert, Mapping[str, Any]]:
    """Return what is new to a reader who was told something of an alert today already."""
    if before is None:
        return alert, said
    known = set(before["evidence"])
    added = tuple(one for one in alert.evidence if one.id not in known)
    update = replace(alert, change=AlertChange.UPDATED, evidence=added)
    return update, {**said, "evidence": [one.id for one in added]}


def _goes_on_in(told: Alert, other: Alert) -> bool:
    """Say whether most of the events behind an alert are behind another."""
    behind = {one.id for one in other.whole}
    shared = sum(one.id in behind for one in told.whole)
    return 2 * shared > len(told.whole)
