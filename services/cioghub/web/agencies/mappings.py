"""The pages on which a contact writes the mapping of a table, from a shipped one or an own one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from cioghub.ports.uploads import NotUsable
from cioghub.vocabulary.people import Person
from cioghub.web.agencies.pages import (
    SignedIn,
    agency_page,
    uploading_party,
    uploads_of,
)
from cioghub.web.who.asking import hub_of

ROUTER = APIRouter(prefix="/agency/mappings", include_in_schema=False)


@ROUTER.get("")
def edit(request: Request, who: SignedIn, start: Annotated[str, Query()] = "") -> Response:
    """Show the form for a mapping, filled with the one to start from."""
    party, uploads = uploading_party(request, who), uploads_of(request)
    known = {one.name: one for one in (*uploads.examples(), *uploads.mappings(party))}
    begun = known.get(start)
    return _form(request, who, begun.name if begun else "", begun.text if begun else "")


@ROUTER.post("")
def save(
    request: Request,
    who: SignedIn,
    name: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Keep a mapping under its name."""
    party, hub = uploading_party(request, who), hub_of(request)
    try:
        text = text.replace("\r\n", "\n")  # as browsers end the lines of a form
        uploads_of(request).save_mapping(party, name.strip(), text, who.id, hub.clock.now())
    except NotUsable as fault:
        return _form(request, who, name, text, fault)
    return RedirectResponse("/agency/uploads", 303)


def _form(
    request: Request, who: Person, name: str, text: str, fault: NotUsable | None = None
) -> Response:
    uploads = uploads_of(request)
    return agency_page(
        request,
        "agency_mapping.html.j2",
        who,
        422 if fault else 200,
        name=name,
        text=text,
        fault=fault,
        examples=uploads.examples(),
        own=uploads.mappings(uploading_party(request, who)),
    )
