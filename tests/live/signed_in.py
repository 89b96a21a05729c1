"""Lets everybody in as one person; what signing in takes is tested where it is done."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from cioghub.ports.people import Session
from cioghub.vocabulary.people import Person, Reason


class SignedIn:
    """An application whose visitors are all the same person."""

    def __init__(self, app: ASGIApp, person: Person, reason: Reason | None) -> None:
        self._app = app
        self._session = Session(1, person, reason)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            state = {"session": self._session, "person": self._session.person, "csrf": "proof"}
            scope.setdefault("state", {}).update(state)
        await self._app(scope, receive, send)
