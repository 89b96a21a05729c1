"""The page of the health board: which feeds are alive, and what quiet means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.vocabulary.people import Person
from cioghub.web.tactical.feed_board import FeedBoard
from cioghub.web.tactical.page import page
from cioghub.web.tactical.sight import Sight
from cioghub.web.who.asking import hub_of, person
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(include_in_schema=False)


@ROUTER.get("/tactical/feeds")
def feeds(request: Request, person: Annotated[Person, Depends(person)]) -> HTMLResponse:
    """Show every feed that the person may know of, and each area's quiet."""
    require(person, Action.SEE_FEED_BOARD)
    hub = hub_of(request)
    board = FeedBoard(hub, person.audience)
    areas = []
    if person.audience is not None:
        sight = Sight(hub, person)
        areas = board.quiet(sight, sight.alerts())
    return page(
        request,
        "tactical_feeds.html.j2",
        person=person,
        lines=board.lines(),
        late=board.late_words(),
        areas=areas,
    )
