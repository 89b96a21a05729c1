"""What a day brings before its midnight: told at once, and taken back if it does not hold.

Only a reader to whom every contributor releases `exact` is told before midnight: to others, how an
alert grows by the hour would say what its rounded counts hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cioghub.steps.disclose.alerts import AlertDisclosure
from cioghub.vocabulary.readings import Audience, Reading
from cioghub.vocabulary.signals import Alert, AlertChange

NOT_HELD = "It did not hold at the end of the day, and nothing was settled."


class Provisional:
    """Remembers what was told since the last midnight."""

    REMEMBERS = ("_told", "_last", "_changes")

    def __init__(self, disclosure: AlertDisclosure, audiences: Iterable[Audience]) -> None:
        self._disclosure = disclosure
        self._audiences = tuple(audiences)
        self._told: dict[tuple[str | None, str], Mapping[str, Any]] = {}
        self._last: dict[str, Alert] = {}
        self._changes: dict[tuple[str | None, str], int] = {}

    def tell(self, alerts: Iterable[Alert]) -> list[Reading]:
        """Return what these changes tell that was not told since midnight."""
        found = []
        for alert in alerts:
            data = self._disclosure.whole(alert)
            for audience, said in (
                (None, data),
                *(
                    (one.id, self._disclosure.read(alert, one))
                    for one in self._audiences
                    if self._disclosure.is_exact(alert, one)
                ),
            ):
                if said is None or self._told.get((audience, alert.id)) == said:
                    continue
                self._told[audience, alert.id] = said
                self._last[alert.id] = alert
                found.append(self._reading(audience, alert, said))
        return found

    def end(self, at: int, settled: Iterable[str]) -> list[Reading]:
        """Forget the day, and take back what was raised in it and is not among `settled`."""
        kept = set(settled)
        found = []
        for (audience, alert_id), said in sorted(
            self._told.items(), key=lambda one: (one[0][1], one[0][0] or "")
        ):
            if alert_id in kept:
                continue
            alert = replace(self._last[alert_id], change=AlertChange.CLOSED, at=at, evidence=())
            data = {**said, "reason": NOT_HELD, "evidence": []}
            found.append(self._reading(audience, alert, data))
        self._told.clear()
        self._last.clear()
        self._changes.clear()
        return found

    def _reading(self, audience: str | None, alert: Alert, data: Mapping[str, Any]) -> Reading:
        key = (audience, alert.id)
        self._changes[key] = self._changes.get(key, 0) + 1
        return Reading(audience, alert, self._changes[key], data)
