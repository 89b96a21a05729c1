"""The steps that people make on an alert: one form each, one transaction each, then back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cioghub.ports.cases import About, Moved
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.cases import Move, Refusal, Step, Task, moves_from
from cioghub.vocabulary.people import Person
from cioghub.web.hub import Hub
from cioghub.web.tactical.alert_page import show
from cioghub.web.tactical.forms import REFUSALS, Fault, form_of, task_of, words_of
from cioghub.web.tactical.sight import Seen, Sight
from cioghub.web.who.asking import hub_of, reader
from cioghub.web.who.permissions import Action, require
from cioghub.web.who.policies import MOVE_ACTIONS, NotNow, moves_for

ROUTER = APIRouter(include_in_schema=False)

_MEANWHILE = Fault(
    "move", "Somebody has made a step since you opened this page. Look at it below, then decide."
)


@ROUTER.post("/tactical/alerts/{id}/{move}")
def make(
    request: Request,
    id: str,
    move: str,
    person: Annotated[Person, Depends(reader)],
    form: Annotated[Mapping[str, str], Depends(form_of)],
) -> Response:
    """Make one step on an alert that the person sees."""
    if move not in set(Move):
        raise HTTPException(404)
    require(person, Action.READ_ALERTS)
    hub = hub_of(request)
    sight = Sight(hub, person)
    seen = sight.alert(id)
    step_kind = Move(move)
    require(person, MOVE_ACTIONS[step_kind])
    # What the state allows to nobody is said beside the form; what it allows to others is refused.
    theirs = moves_for(person, seen.case, seen.areas)
    if step_kind in moves_from(seen.case) and step_kind not in theirs:
        raise NotNow
    words = words_of(form)
    if isinstance(words, Fault):
        return _again(request, person, seen, form, [words], step_kind)
    task = _task(hub, form, words) if step_kind is Move.ACT else None
    if isinstance(task, list):
        return _again(request, person, seen, form, task, step_kind)
    step = Step(
        at=hub.clock.now(),
        person=person.id,
        name=person.name,
        move=step_kind,
        code=form.get("code") or None,
        words="" if task else words,
        action=_number(form.get("action")),
    )
    about = About(id, seen.data["signal"], seen.data["hub_category"])
    try:
        made = hub.cases.make(about, step, _number(form.get("known")) or 0, task)
    except Moved:
        return _again(request, person, sight.alert(id), form, [_MEANWHILE], step_kind, 409)
    if isinstance(made, Refusal):
        return _again(request, person, seen, form, [Fault(*REFUSALS[made])], step_kind)
    return RedirectResponse(f"/tactical/alerts/{id}#steps", 303)


def _task(hub: Hub, form: Mapping[str, str], words: str) -> Task | list[Fault]:
    zone = ZoneInfo(hub.loaded.bundle.areas.timezone)
    return task_of(hub, form, words, local_day(hub.clock.now(), zone))


def _again(
    request: Request,
    person: Person,
    seen: Seen,
    form: Mapping[str, str],
    faults: list[Fault],
    move: Move,
    status_code: int = 422,
) -> HTMLResponse:
    typed = {**form, "move": move.value}
    return show(request, person, seen, faults=faults, typed=typed, status_code=status_code)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
