"""Receipts: a publisher's own events behind an alert, for that publisher alone.

A publisher sits in no audience: it learns which of its own records lie behind which alert, and
nothing of what others sent. An alert in which it has none, and one that does not exist, look alike.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.vocabulary.people import Person
from cioghub.web.tactical.feed_board import names_of
from cioghub.web.tactical.page import page
from cioghub.web.who.asking import hub_of, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(include_in_schema=False)


@ROUTER.get("/tactical/receipts")
def receipts(request: Request, person: Annotated[Person, Depends(reader)]) -> HTMLResponse:
    """Show every alert behind which the person's agency has events, with their number."""
    require(person, Action.SEE_RECEIPTS)
    own = hub_of(request).room.receipts(_party(person))
    counts: dict[str, int] = {}
    for one in own:
        counts[one.alert] = counts.get(one.alert, 0) + 1
    return page(
        request,
        "tactical_receipts.html.j2",
        person=person,
        agency=names_of(hub_of(request)).get(_party(person), _party(person)),
        counts=sorted(counts.items(), key=lambda one: (-one[1], one[0])),
    )


@ROUTER.get("/tactical/receipts/{alert}")
def receipt(
    request: Request, alert: str, person: Annotated[Person, Depends(reader)]
) -> HTMLResponse:
    """Show the agency's own events behind one alert."""
    require(person, Action.SEE_RECEIPTS)
    own = hub_of(request).room.receipts(_party(person), alert)
    if not own:
        raise HTTPException(404)
    return page(
        request,
        "tactical_receipt.html.j2",
        person=person,
        agency=names_of(hub_of(request)).get(_party(person), _party(person)),
        alert=alert,
        own=own,
    )


def _party(person: Person) -> str:
    if person.party is None:
        raise HTTPException(404)
    return person.party
