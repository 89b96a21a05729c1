"""What each audience is told of the alerts of one tick, and not told twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cioghub.steps.disclose.alerts import AlertDisclosure
from cioghub.steps.disclose.guard import Guard
from cioghub.steps.disclose.provisional import Provisional
from cioghub.steps.disclose.release import Releases, audiences_of
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.readings import Audience, Reading, Source
from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.signals import Alert, AlertChange

_QUIETLY = frozenset({"evidence", "reason"})
"""What alone is no news to an audience: its words follow from the rest."""


class Readings:
    """Remembers what each audience has been told."""

    REMEMBERS = ("_told", "_changes")

    def __init__(
        self,
        parties: Parties,
        agreements: Iterable[Agreement],
        audiences: Iterable[str],
        areas: Areas,
        lists: CodeLists,
        bundle_hash: str,
    ) -> None:
        agreements = tuple(agreements)
        self.audiences: tuple[Audience, ...] = audiences_of(parties, audiences, areas)
        releases = Releases(agreements)
        self.sources: Mapping[str, tuple[Source, ...]] = {
            audience.id: releases.sources(audience.id, parties) for audience in self.audiences
        }
        self.guard = Guard(
            areas, self.audiences, self.sources, releases.by_publisher(), _public(parties, lists)
        )
        self._disclosure = AlertDisclosure(releases, areas, self.guard, bundle_hash)
        self.provisional = Provisional(self._disclosure, self.audiences)
        self._told: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._changes: dict[tuple[str, str], int] = {}

    def of(self, alerts: Iterable[Alert]) -> list[Reading]:
        """Return the readings of these changes: the hub's own first, then each audience's."""
        found = []
        for alert in alerts:
            found.append(Reading(None, alert, alert.sequence, self._disclosure.whole(alert)))
            for audience in self.audiences:
                reading = self._told_now(alert, audience)
                if reading is not None:
                    found.append(reading)
        return found

    def _told_now(self, alert: Alert, audience: Audience) -> Reading | None:
        key = (audience.id, alert.id)
        former = self._told.get(key)
        closed = alert.change is AlertChange.CLOSED
        withdrawn = not self._disclosure.reaches(alert, audience)
        if closed or withdrawn:
            self._told.pop(key, None)
            if former is None:
                return None
            # Who was told of an alert is told of its end, with nothing that is new.
            ended = {**former, "reason": _ENDED}
            if withdrawn or not alert.signal.evidence:
                ended |= {"seen": [], "reason": _WITHDRAWN}
            if "evidence" in former:
                ended["evidence"] = []
            alert = replace(alert, change=AlertChange.CLOSED, evidence=())
            return self._reading(alert, audience, ended)
        if former is None:
            # To somebody whom an alert reaches only now it is new, and all of it is.
            alert = replace(alert, change=AlertChange.RAISED, evidence=alert.whole)
        if (audience.id, alert.follows) not in self._changes:
            alert = replace(alert, follows=None)
        data = self._disclosure.read(alert, audience)
        if data is None or (former is not None and _news(former) == _news(data)):
            return None
        self._told[key] = data
        return self._reading(alert, audience, data)

    def _reading(self, alert: Alert, audience: Audience, data: Mapping[str, Any]) -> Reading:
        key = (audience.id, alert.id)
        self._changes[key] = self._changes.get(key, 0) + 1
        return Reading(audience.id, alert, self._changes[key], data)


STREET_LIST = "police_data_police_uk_categories"
"""The list of what police forces publish themselves, month by month and place by place."""


def _public(parties: Parties, lists: CodeLists) -> dict[str, frozenset[str]]:
    """Return, for each police force, the hub categories that its public files count."""
    street = lists.get(STREET_LIST)
    rows = street.rows() if street else []
    shown = frozenset(
        row.hub_category for row in rows if row.hub_category in COUNTED and "mixed" not in row.flags
    )
    return {party.id: shown for party in parties.parties if party.kind == "police"}


_WITHDRAWN = "Every event behind it was withdrawn: the alert is closed."
"""Said of the events in the reader's own areas: in others the alert may go on."""

_ENDED = "Nothing new for a fortnight: the alert is closed."


def _news(data: Mapping[str, Any]) -> dict[str, Any]:
    if "expected" in data:
        return dict(data)
    return {key: value for key, value in data.items() if key not in _QUIETLY}
