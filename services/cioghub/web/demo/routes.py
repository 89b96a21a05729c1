"""Lets a visitor of a demo sign in as anybody, without a password.

Rules for editors:
1. These routes exist only where the composition root gave the hub a cast, and it gives one to no
   hub but the demo's.
2. Nobody can be chosen who is not in the cast.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, FastAPI, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cioghub.vocabulary.people import Role
from cioghub.web.demo.cast import Actor
from cioghub.web.hub import Hub
from cioghub.web.who.sign_in import form_page, let_in

HOME = {
    Role.AGENCY_CONTACT: "/agency/",
    Role.CHAIR: "/tactical/",
    Role.ANALYST: "/tactical/",
    Role.COORDINATOR: "/tactical/",
    Role.DPO: "/review/",
    Role.AUDITOR: "/review/",
    Role.OPERATOR: "/tactical/feeds",
}
"""Where each role begins."""

_DOORS = (
    (Role.AGENCY_CONTACT,),
    (Role.ANALYST, Role.CHAIR, Role.COORDINATOR),
    (Role.DPO, Role.AUDITOR, Role.OPERATOR),
)


def install(app: FastAPI, hub: Hub) -> None:
    """Give the demo its first page; installed before the shell, whose first page it replaces."""
    router = APIRouter(include_in_schema=False)
    cast = {actor.person.id: actor for actor in hub.cast}
    doors = [_of(hub.cast, roles) for roles in _DOORS]

    @router.get("/")
    def first(request: Request) -> Response:
        return form_page(request, "demo_first.html.j2", doors=doors, now=hub.clock.now())

    @router.post("/demo/sign-in")
    def choose(request: Request, person: Annotated[str, Form()] = "") -> Response:
        if person not in cast:
            raise HTTPException(404)
        chosen = cast[person].person
        return let_in(request, chosen, HOME[chosen.role])

    app.include_router(router)


def _of(cast: tuple[Actor, ...], roles: tuple[Role, ...]) -> list[Actor]:
    return [actor for role in roles for actor in cast if actor.person.role is role]
