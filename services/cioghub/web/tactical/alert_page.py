"""One alert: what its reader was told and when, what people did, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.ports.maps import Mark
from cioghub.ports.reading_room import Told
from cioghub.vocabulary.cases import ENDINGS, MOVE_WORDS, MOVES, STATE_WORDS, Move, Step
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.signals import AlertChange
from cioghub.web.hub import Hub
from cioghub.web.tactical.feed_board import names_of
from cioghub.web.tactical.forms import Fault, Typed, form_of
from cioghub.web.tactical.lists import LEVELS, PILLARS, responses, signposts
from cioghub.web.tactical.page import page
from cioghub.web.tactical.queue import area_names
from cioghub.web.tactical.sight import Seen, Sight
from cioghub.web.who.asking import hub_of, note_read, person, reader
from cioghub.web.who.permissions import Action, may, require
from cioghub.web.who.policies import moves_for
from cioghub.web.who.reasons import fault_of, note_typed

ROUTER = APIRouter(include_in_schema=False)

CHANGE_WORDS: Mapping[str, str] = {
    AlertChange.RAISED: "Raised by the hub",
    AlertChange.UPDATED: "New evidence",
    AlertChange.CLOSED: "Closed by the hub",
}
CODE_WORDS: Mapping[str, str] = {
    code: words for rule in MOVES.values() for code, words in rule.codes.items()
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the time line: something the hub told, or something a person did.

    What was told several times on end in the same words is one line, of the last of them: `times`
    is how often, `since` when first.
    """

    at: int
    told: Told | None = None
    step: Step | None = None
    times: int = 1
    since: int = 0


@ROUTER.get("/tactical/alerts/{id}")
def alert(request: Request, id: str, person: Annotated[Person, Depends(reader)]) -> HTMLResponse:
    """Show one alert."""
    require(person, Action.READ_ALERTS)
    return show(request, person, Sight(hub_of(request), person).alert(id))


@ROUTER.post("/tactical/alerts/{id}/behind")
def behind(
    request: Request,
    id: str,
    person: Annotated[Person, Depends(person)],
    form: Annotated[Mapping[str, str], Depends(form_of)],
) -> HTMLResponse:
    """Show what lies behind an alert, for a typed reason that is kept with this read."""
    require(person, Action.DRILL_DOWN)
    words = form.get("why", "")
    fault = fault_of(words)
    if fault is None:
        note_typed(request, words)
    else:
        note_read(request)
    hub = hub_of(request)
    seen = Sight(hub, person).alert(id)
    if fault is not None:
        faults = [Fault("why", fault)]
        return show(request, person, seen, faults=faults, typed=form, status_code=422)
    return page(
        request,
        "tactical_behind.html.j2",
        person=person,
        seen=seen,
        area_names=area_names(hub),
        change_words=CHANGE_WORDS,
    )


def show(
    request: Request,
    person: Person,
    seen: Seen,
    faults: Sequence[Fault] = (),
    typed: Mapping[str, str] | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    """Return the page of an alert, with what was wrong with a form and what was typed in it."""
    hub = hub_of(request)
    sight = Sight(hub, person)
    theirs = {area.id: area for area in sight.areas}
    works = may(person, Action.REMARK)
    moves = moves_for(person, seen.case, seen.areas)
    return page(
        request,
        "tactical_alert.html.j2",
        person=person,
        status_code=status_code,
        seen=seen,
        area_names=area_names(hub),
        home=next((theirs[one] for one in seen.areas if one in theirs), None),
        marks=[Mark(None, seen.data["level"], tuple(seen.data["places"]))],
        read=list(theirs),
        agencies=names_of(hub),
        timeline=timeline(seen, with_steps=works),
        followed=_followed(sight, seen),
        state_words=STATE_WORDS,
        move_words=MOVE_WORDS,
        change_words=CHANGE_WORDS,
        code_words=CODE_WORDS,
        works=works,
        behind=may(person, Action.DRILL_DOWN) and seen.evident,
        moves=[one for one in moves if one is not Move.END_ACTION],
        ends=Move.END_ACTION in moves,
        rules=MOVES,
        endings=ENDINGS,
        **choices(hub),
        signposts=signposts(hub, seen.data["hub_category"]),
        faults=faults,
        typed=Typed(typed or {}),
    )


def choices(hub: Hub) -> dict[str, Any]:
    """Return what an action's form chooses from."""
    parties = hub.loaded.bundle.parties.parties
    return {
        "owners": {party.id: party.legal_name for party in parties},
        "responses": responses(hub),
        "pillars": PILLARS,
        "levels": LEVELS,
    }


def timeline(seen: Seen, with_steps: bool) -> list[Entry]:
    """Return what the reader was told and, for those who work on it, what was done; newest first.

    Days as far as the release allows: a reader who may not know the minute was told at midnight.
    """
    found = [Entry(told.at, told=told) for told in seen.changes]
    if with_steps:
        found += [Entry(step.at, step=step) for step in seen.case.steps]
    lines: list[Entry] = []
    for one in sorted(found, key=lambda one: one.at, reverse=True):
        if lines and _says_again(lines[-1].told, one.told):
            lines[-1] = replace(lines[-1], times=lines[-1].times + 1, since=one.at)
        else:
            lines.append(one)
    return lines


def _says_again(newer: Told | None, older: Told | None) -> bool:
    """Return whether two lines of new evidence would be the same words."""
    if newer is None or older is None or newer.change != AlertChange.UPDATED:
        return False
    return _words(newer) == _words(older)


def _words(told: Told) -> tuple[Any, ...]:
    """Return what the page says of new evidence."""
    data = told.event["data"]
    return told.change, told.provisional, data["level"], data["window"], data.get("seen")


def _followed(sight: Sight, seen: Seen) -> Seen | None:
    """Return the alert that this one follows, where its reader sees that too."""
    follows = seen.data["follows"]
    if follows is None:
        return None
    try:
        return sight.alert(follows)
    except HTTPException:
        return None
