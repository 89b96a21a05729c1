"""The fortnightly pictures: frozen bytes, with what was learned since beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cioghub.ports.margins import Author, Erratum
from cioghub.ports.reading_room import FrozenPicture
from cioghub.vocabulary.cases import STATE_WORDS, CaseState
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.words import subject_words
from cioghub.web.shell.headers import own_style_policy
from cioghub.web.tactical.feed_board import FeedBoard
from cioghub.web.tactical.forms import Fault, Typed, form_of, words_of
from cioghub.web.tactical.page import page
from cioghub.web.tactical.queue import area_names
from cioghub.web.tactical.sight import Sight
from cioghub.web.who.asking import hub_of, person, reader
from cioghub.web.who.permissions import Action, may, require

ROUTER = APIRouter(include_in_schema=False)


@ROUTER.get("/tactical/pictures")
def pictures(request: Request, person: Annotated[Person, Depends(person)]) -> HTMLResponse:
    """List the frozen pictures, newest first."""
    require(person, Action.READ_PICTURES)
    hub = hub_of(request)
    sight = Sight(hub, person)
    listed = []
    for first in hub.room.pictures(sight.audience):
        content = orjson.loads(sight.picture(first).content)
        errata = len(hub.margins.errata(sight.audience, first))
        listed.append((content["fortnight"], content["sentences"][0], errata))
    late = FeedBoard(hub, sight.audience).late_words()
    return page(request, "tactical_pictures.html.j2", person=person, listed=listed, late=late)


@ROUTER.get("/tactical/pictures/{first}")
def picture(
    request: Request, first: str, person: Annotated[Person, Depends(reader)]
) -> HTMLResponse:
    """Show one picture, the alerts that a person had looked at apart from the others."""
    require(person, Action.READ_PICTURES)
    return _show(request, person, first)


@ROUTER.get("/tactical/pictures/{first}/frozen.html")
def frozen_page(
    request: Request, first: str, person: Annotated[Person, Depends(reader)]
) -> Response:
    """Return the picture as a page, the bytes that were frozen."""
    require(person, Action.READ_PICTURES)
    found = Sight(hub_of(request), person).picture(first)
    headers = {"Content-Security-Policy": own_style_policy(found.page)}
    return Response(found.page, media_type="text/html; charset=utf-8", headers=headers)


@ROUTER.get("/tactical/pictures/{first}/frozen.json")
def frozen_values(
    request: Request, first: str, person: Annotated[Person, Depends(reader)]
) -> Response:
    """Return the picture as values, the bytes that were frozen."""
    require(person, Action.READ_PICTURES)
    found = Sight(hub_of(request), person).picture(first)
    return Response(found.content, media_type="application/json")


@ROUTER.post("/tactical/pictures/{first}/errata")
def correct(
    request: Request,
    first: str,
    person: Annotated[Person, Depends(reader)],
    form: Annotated[Mapping[str, str], Depends(form_of)],
) -> Response:
    """Put an erratum beside a picture."""
    require(person, Action.NOTE_ERRATUM)
    hub = hub_of(request)
    sight = Sight(hub, person)
    sight.picture(first)
    words = words_of(form)
    if not words:
        words = Fault("words", "Write what is wrong in the picture, and what is right.")
    if isinstance(words, Fault):
        return _show(request, person, first, [words], form, 422)
    author = Author(hub.clock.now(), person.id, person.name)
    hub.margins.correct(Erratum(sight.audience, first, words, author))
    return RedirectResponse(f"/tactical/pictures/{first}#errata", 303)


def _show(
    request: Request,
    person: Person,
    first: str,
    faults: list[Fault] | None = None,
    typed: Mapping[str, str] | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    hub = hub_of(request)
    sight = Sight(hub, person)
    found = sight.picture(first)
    content = orjson.loads(found.content)
    cases = hub.cases.cases([one["alert"] for one in content["alerts"]])
    then = {alert: case.state_at(found.at) for alert, case in cases.items()}
    unseen = [one for one in content["alerts"] if then[one["alert"]] is CaseState.NEW]
    looked = [one for one in content["alerts"] if then[one["alert"]] is not CaseState.NEW]
    return page(
        request,
        "tactical_picture.html.j2",
        person=person,
        status_code=status_code,
        first=first,
        picture=content,
        frozen=found,
        hashes=_hashes(found),
        unseen=unseen,
        looked=looked,
        then=then,
        now={alert: case.state for alert, case in cases.items()},
        state_words=STATE_WORDS,
        subject_words=subject_words,
        area_names=area_names(hub),
        agencies=FeedBoard(hub, sight.audience).agencies,
        errata=hub.margins.errata(sight.audience, first),
        since=_corrections(sight, first),
        corrects=may(person, Action.NOTE_ERRATUM),
        faults=faults or [],
        typed=Typed(typed or {}),
    )


def _hashes(found: FrozenPicture) -> dict[str, str]:
    return {
        "page": hashlib.sha256(found.page).hexdigest(),
        "values": hashlib.sha256(found.content).hexdigest(),
    }


def _corrections(sight: Sight, first: str) -> list[Mapping[str, str]]:
    """Return what the next picture says came late for this one."""
    firsts = sorted(one for one in sight.picture_days() if one > first)
    if not firsts:
        return []
    late: list[Mapping[str, str]] = orjson.loads(sight.picture(firsts[0]).content)["late"]
    return late
