"""What one person sees at this door, and nothing else.

Rules for editors:
1. Every page, list, search and export of this door asks here, and nowhere else, for alerts.
2. What somebody may not see is answered as what does not exist: 404, after the same reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException

from cioghub.ports.reading_room import FrozenPicture, Told
from cioghub.vocabulary.areas import Ciog
from cioghub.vocabulary.cases import ENDED, Case, CaseState, Step
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.signals import LEVELS, AlertChange
from cioghub.vocabulary.words import subject_words
from cioghub.web.hub import Hub
from cioghub.web.who.policies import sees

_EVERYTHING = 1_000_000
"""More changes than one audience is told of in many years."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One alert as its reader was told of it, oldest change first, and the work on it."""

    changes: tuple[Told, ...]
    case: Case

    @property
    def id(self) -> str:
        """The alert's id."""
        return self.changes[0].alert

    @property
    def data(self) -> Mapping[str, Any]:
        """The alert as last read; a closed one as it was before."""
        last = [one for one in self.changes if one.change != AlertChange.CLOSED] or self.changes
        data: Mapping[str, Any] = last[-1].event["data"]
        return data

    @property
    def areas(self) -> tuple[str, ...]:
        """The ids of the areas that it touches, the one that leads first."""
        return (self.data["ciog"], *self.data["also"])

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        return subject_words(self.data["signal"], self.data["hub_category"])

    @property
    def raised(self) -> int:
        """When its reader was first told of it, in seconds since 1970 UTC."""
        return self.changes[0].at

    @property
    def risen(self) -> int:
        """When it was raised or its level last rose: how new the risk is."""
        at, level = self.raised, -1
        for change in self.changes:
            now = LEVELS.index(change.event["data"]["level"])
            if now > level:
                at = change.at
            level = now
        return at

    @property
    def closed(self) -> int | None:
        """When the hub closed it, None while it is open."""
        last = self.changes[-1]
        return last.at if last.change == AlertChange.CLOSED else None

    @property
    def evident(self) -> bool:
        """Whether its reader may know of any of its events which they are."""
        return any("evidence" in change.event["data"] for change in self.changes)

    @property
    def waiting(self) -> bool:
        """Whether anybody still has to do something: it is open here or being worked on."""
        begun = self.case.looked_at and self.case.state not in ENDED
        return begun or (self.closed is None and self.case.state not in ENDED) or self.back

    @property
    def back(self) -> bool:
        """Whether its level has risen since people were done with it."""
        done = self.case.state in ENDED
        return done and self.closed is None and self.risen > self.case.steps[-1].at


class Sight:
    """The alerts, areas and pictures of one person."""

    def __init__(self, hub: Hub, person: Person) -> None:
        """Look through the eyes of somebody whose role reads alerts.

        Raises:
            HTTPException: 404, they sit in no audience.
        """
        if person.audience is None:
            raise HTTPException(404)
        self.audience = person.audience
        self._hub = hub
        self._person = person
        every = hub.loaded.bundle.areas.ciogs
        self.areas = tuple(one for one in every if sees(person, {one.id}))

    def area(self, id: str) -> Ciog:
        """Return one of the areas that the person sees.

        Raises:
            HTTPException: 404, they see none of that id.
        """
        found = next((one for one in self.areas if one.id == id), None)
        if found is None:
            raise HTTPException(404)
        return found

    def alerts(self, area: str | None = None) -> list[Seen]:
        """Return the alerts seen, or those that touch one area, newest risk first."""
        told: dict[str, list[Told]] = {}
        for change in self._hub.room.since(self.audience, 0, _EVERYTHING):
            told.setdefault(change.alert, []).append(change)
        cases = self._hub.cases.cases(told)
        every = (Seen(tuple(changes), cases[id]) for id, changes in told.items())
        seen = [
            one for one in every if sees(self._person, one.areas) and area in (None, *one.areas)
        ]
        return sorted(seen, key=lambda one: (-one.risen, -LEVELS.index(one.data["level"]), one.id))

    def alert(self, id: str) -> Seen:
        """Return one alert.

        Raises:
            HTTPException: 404, the person sees none of that id.
        """
        history = tuple(self._hub.room.history(self.audience, id))
        # What was never told to this audience costs as little as what does not exist.
        if not history:
            raise HTTPException(404)
        seen = Seen(history, self._hub.cases.case(id))
        if not sees(self._person, seen.areas):
            raise HTTPException(404)
        return seen

    def picture(self, first: str) -> FrozenPicture:
        """Return the frozen picture of the fortnight that begins on a day.

        Raises:
            HTTPException: 404, the person's audience has none.
        """
        found = self._hub.room.picture(self.audience, first)
        if found is None:
            raise HTTPException(404)
        return found

    def picture_days(self) -> Sequence[str]:
        """Return the first days of the frozen pictures, newest first."""
        return self._hub.room.pictures(self.audience)

    def pictures(self, most: int) -> list[FrozenPicture]:
        """Return the last pictures, oldest first."""
        firsts = self.picture_days()[:most]
        found = (self._hub.room.picture(self.audience, first) for first in reversed(firsts))
        return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class Written:
    """One step or action with the alert that it belongs to."""

    seen: Seen
    step: Step


def steps_of(alerts: Sequence[Seen]) -> list[Written]:
    """Return all steps on these alerts, in order of time."""
    found = [Written(seen, step) for seen in alerts for step in seen.case.steps]
    return sorted(found, key=lambda one: (one.step.at, one.seen.id))


def unassessed(alerts: Sequence[Seen]) -> list[Seen]:
    """Return those that are open and that nobody has looked at."""
    return [one for one in alerts if one.closed is None and one.case.state is CaseState.NEW]
