"""What the people of a demo do with an alert: each step some hours after the one before.

A visitor who is quicker takes the step in their place: a step is due only where the case still
waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cioghub.ports.cases import About, Moved
from cioghub.ports.reading_room import Told
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.cases import Case, CaseState, Move, Step, Task
from cioghub.vocabulary.people import Person, Role
from cioghub.web.hub import Hub

_HOUR = 3600
READER = "tactical-group"
CLOSED = "alert.closed.v1"
OWNER = "warwickshire-community-safety"
DUE_DAYS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One step of the play: who makes it how long after the last one, and what they say."""

    role: Role
    move: Move
    hours: int
    code: str | None = None
    words: str = ""


PARTS = {
    CaseState.NEW: Part(
        Role.ANALYST,
        Move.ASSESS,
        60,
        "likely-real",
        "Looked at the days and places behind it: no change of recording explains it.",
    ),
    CaseState.ASSESSED: Part(Role.CHAIR, Move.ACKNOWLEDGE, 24),
    CaseState.ACKNOWLEDGED: Part(Role.CHAIR, Move.ACT, 12),
}
"""What is done from each state of an alert that is open; from others nothing."""

ENDS = (
    Part(Role.CHAIR, Move.END_ACTION, 20, "done", "Done, and told to those who asked for it."),
    Part(Role.CHAIR, Move.CLOSE, 2, "ended-by-itself", "Nothing new for a fortnight."),
)
"""What is done once the hub has nothing new on an alert: its action ends, then its case."""


class _Due(NamedTuple):
    """A step that is due at its time, on a case that has had so many steps."""

    about: About
    step: Step
    steps: int
    task: Task | None


class Players:
    """Makes the steps that are due, as somebody of the cast."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._zone = ZoneInfo(hub.loaded.bundle.areas.timezone)

    def play(self, now: int) -> None:
        """Make every step that is due by a time: at the time that it was due, in order of time."""
        alerts = {told.alert: told for told in self._hub.room.standing(READER)}
        waiting = {alert: due for alert, told in alerts.items() if (due := self._due(told))}
        while waiting:
            first = min(waiting, key=lambda alert: waiting[alert].step.at)
            due = waiting.pop(first)
            if due.step.at <= now and self._make(due) and (following := self._due(alerts[first])):
                waiting[first] = following

    def _due(self, told: Told) -> _Due | None:
        """Return the next step on an alert, None where none is to come."""
        case, closed = self._hub.cases.case(told.alert), told.change == CLOSED
        part = _next(case, closed)
        if part is None:
            return None
        last = case.steps[-1].at if case.steps else self._raised(told)
        if part in ENDS:
            last = max(last, told.at)
        at = last + part.hours * _HOUR
        data = told.event["data"]
        person = self._person(part.role, data["ciog"])
        ended = case.open_actions[0].number if part.move is Move.END_ACTION else None
        step = Step(at, person.id, person.name, part.move, part.code, part.words, ended)
        about = About(told.alert, data["signal"], data["hub_category"])
        task = self._task(at) if part.move is Move.ACT else None
        return _Due(about, step, len(case.steps), task)

    def _make(self, due: _Due) -> bool:
        """Make a step; False if a visitor was quicker."""
        try:
            return isinstance(self._hub.cases.make(*due), Case)
        except Moved:
            return False

    def _raised(self, told: Told) -> int:
        return self._hub.room.history(READER, told.alert)[0].at

    def _task(self, at: int) -> Task:
        due = local_day(at, self._zone) + timedelta(days=DUE_DAYS)
        return Task(OWNER, "specialist-mentoring", "respond", "secondary", "", due)

    def _person(self, role: Role, ciog: str) -> Person:
        area = ciog if role is Role.CHAIR else None
        found = (actor.person for actor in self._hub.cast)
        return next(one for one in found if one.role is role and one.ciog == area)


def _next(case: Case, closed: bool) -> Part | None:
    """Return the step that a case waits for, None for one that waits for nobody of the play."""
    if case.state in PARTS:
        return PARTS[case.state]
    if closed and case.state is CaseState.ACTING:
        return ENDS[0] if case.open_actions else ENDS[1]
    return None
