"""What one audience may read of one alert.

Rules for editors:
1. An alert is readable only if every contributing publisher names the audience.
2. Numbers of the whole, evidence and days of the window only where all contributors release
   `exact`; otherwise counts are rounded each by itself and windows are whole weeks of the calendar.
3. Places are shown at the coarsest floor of all the events behind the alert, so that no place says
   which of them the floor is for; coarser still where so many places would tell a hidden count.
4. Repeat involvement: nobody but the tokens' publisher learns more than that it is above usual, not
   even of which category, and only when three subjects or more contribute.
5. That an alert exists, its level and its agencies are disclosed on purpose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from cioghub.steps.disclose.behind import Behind, Reach
from cioghub.steps.disclose.guard import Guard
from cioghub.steps.disclose.release import (
    EXACT,
    THRESHOLD,
    Releases,
    interval,
    shown,
)
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.fortnights import whole_weeks
from cioghub.vocabulary.readings import Audience
from cioghub.vocabulary.signals import LEVELS, Alert, Evidence, SignalKind
from cioghub.vocabulary.words import LEVEL_WORDS, beside_words, listed, subject_words

LEAST_SUBJECTS = 3

NO_CATEGORY = "context-only"
"""What stands for the category of repeat involvement where the category is not for the reader."""


class AlertDisclosure:
    """Makes each audience's reading of an alert."""

    def __init__(self, releases: Releases, areas: Areas, guard: Guard, bundle_hash: str) -> None:
        self._releases = releases
        self._guard = guard
        self._areas = areas
        self._bundle = bundle_hash
        self._reach = Reach(areas)
        self._looked = Behind((), self._reach)
        self._counted: tuple[tuple[Evidence, ...], Counter[str]] = ((), Counter())

    def whole(self, alert: Alert) -> dict[str, Any]:
        """Return the alert with true counts, for use inside the hub."""
        signal, behind = alert.signal, self._behind(alert)
        return {
            "signal": signal.kind.value,
            "hub_category": alert.hub_category,
            "ciog": alert.ciog,
            "also": list(alert.also),
            "csps": sorted({one.csp for one in behind.kinds if one.csp}),
            "places": sorted({one.place[1] for one in behind.kinds if one.place}),
            "window": _window(signal.first, signal.last),
            "agencies": sorted(behind.agreements),
            "seen": signal.seen,
            "expected": round(signal.expected, 3),
            **_rarity(alert),
            "level": alert.level,
            "provisional": alert.provisional,
            "reason": alert.reason,
            "evidence": [one.id for one in alert.evidence],
            "rules": self._bundle,
            "method": {"name": signal.method.name, "version": signal.method.version},
            "follows": alert.follows,
        }

    def read(self, alert: Alert, audience: Audience) -> dict[str, Any] | None:
        """Return what the audience may read, or None when it may read nothing of it."""
        signal, behind = alert.signal, self._behind(alert)
        releases = {
            publisher: self._releases.of_agreements(agreements, audience.id)
            for publisher, agreements in behind.agreements.items()
        }
        if not releases or None in releases.values():
            return None
        inside = behind.inside(audience)
        if not inside:
            return None
        # Whose tokens they are reads the alert whole; everybody else, that there is one.
        linkage = signal.kind is SignalKind.LINKAGE and set(releases) != {audience.id}
        if linkage and (signal.subjects or 0) < LEAST_SUBJECTS:
            return None
        exact = all(release == EXACT for release in releases.values()) and not linkage
        seen = [] if linkage else self._seen(alert, releases)
        said = {one["publisher"] for one in seen}
        # Where no number is said, places must not say that there are more than a few.
        most = {
            publisher: interval(self._in_window(alert)[publisher])[1]
            if publisher in said
            else THRESHOLD - 1
            for publisher, release in releases.items()
            if release != EXACT
        }
        first, last = signal.first, signal.last
        if not exact:
            first, last = whole_weeks(first, last, self._areas.calendar)
        data: dict[str, Any] = {
            "signal": signal.kind.value,
            "hub_category": NO_CATEGORY if linkage else alert.hub_category,
            "ciog": alert.ciog,
            "also": list(alert.also),
            "csps": [] if linkage else sorted({one.csp for one in inside if one.csp}),
            "places": [] if linkage else behind.places(audience, most),
            "window": _window(first, last),
            "agencies": sorted(releases),
            "seen": seen,
            "level": LEVELS[0] if linkage else alert.level,
            "provisional": alert.provisional,
            "reason": self._reason(alert, exact),
            "rules": self._bundle,
            "method": {"name": signal.method.name, "version": signal.method.version},
            "follows": alert.follows,
        }
        if exact:
            data["expected"] = round(signal.expected, 3)
            data |= _rarity(alert)
            data["evidence"] = [one.id for one in alert.evidence]
        return data

    def reaches(self, alert: Alert, audience: Audience) -> bool:
        """Say whether any event behind the alert lies in the audience's areas."""
        return bool(self._behind(alert).inside(audience))

    def is_exact(self, alert: Alert, audience: Audience) -> bool:
        """Say whether every contributor releases this alert to the audience as it is."""
        if alert.signal.kind is SignalKind.LINKAGE:
            return False
        used = self._behind(alert).agreements.values()
        return bool(used) and all(
            self._releases.of_agreements({agreement}, audience.id) == EXACT
            for agreements in used
            for agreement in agreements
        )

    def _behind(self, alert: Alert) -> Behind:
        """Return what is behind an alert; once, since one reader after another asks of the same."""
        found = self._looked
        if found.events is not alert.whole:
            found = self._looked = Behind(alert.whole, self._reach)
        return found

    def _in_window(self, alert: Alert) -> Counter[str]:
        """Count the events in the window of an alert's signal by publisher; once too."""
        evidence, found = self._counted
        if evidence is not alert.signal.evidence:
            evidence = alert.signal.evidence
            found = Counter(map(_publisher, evidence))
            self._counted = (evidence, found)
        return found

    def _seen(self, alert: Alert, releases: Mapping[str, str | None]) -> list[dict[str, Any]]:
        """Return each publisher's count as released, but one that would narrow what is hidden."""
        window = self._in_window(alert)
        found = []
        for publisher in sorted(window):
            release = releases[publisher]
            count = shown(window[publisher], release) if release else None
            if count is None:
                continue
            if release == EXACT or self._guard.may_say(alert, publisher, count):
                found.append({"publisher": publisher, "count": count})
        return found

    def _reason(self, alert: Alert, exact: bool) -> str:
        if exact:
            return alert.reason
        return self._plain_reason(alert) + beside_words(alert.beside)

    def _plain_reason(self, alert: Alert) -> str:
        what = subject_words(alert.signal.kind.value, alert.hub_category)
        names = {ciog.id: ciog.name for ciog in self._areas.ciogs}
        where = listed([names.get(c, c) for c in (alert.ciog, *alert.also)])
        agencies = listed(sorted({one.kind for one in self._behind(alert).kinds}))
        level = LEVEL_WORDS[alert.level]
        kind = alert.signal.kind
        if kind is SignalKind.SURGE:
            return f"{what}: {level} in {where}. Reported by {agencies}."
        if kind is SignalKind.CLUSTER:
            return (
                f"{what}: {level} in a few places close together in {where}. "
                f"Reported by {agencies}."
            )
        if kind is SignalKind.CONVERGENCE:
            return (
                f"Weak signals of {agencies} meet in one neighbourhood of {where}: "
                f"{alert.signal.pattern}."
            )
        return f"{what} is {LEVEL_WORDS[LEVELS[0]]} in {where}."


_publisher = attrgetter("publisher")


def _window(first: date, last: date) -> dict[str, str]:
    """Return the first and the last local day, both included."""
    return {"from": first.isoformat(), "to": last.isoformat()}


def _rarity(alert: Alert) -> dict[str, float]:
    signal = alert.signal
    found = {}
    if signal.p_value is not None:
        found["p_value"] = float(f"{signal.p_value:.6g}")
    if signal.recurrence_days is not None:
        found["recurrence_days"] = float(f"{signal.recurrence_days:.6g}")
    return found
