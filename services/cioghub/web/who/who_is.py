"""The middleware that knows, before a page is made, whose browser asks."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from cioghub.ports.people import Session
from cioghub.web.hub import Hub
from cioghub.web.who.cookies import secret_in
from cioghub.web.who.csrf import proof_of

_NOBODYS = "/static/"


class WhoIs:
    """Puts `session`, `person`, `secret` and `csrf`, where known, on the state of a request.

    Nothing is decided here: a page that needs somebody depends on `asking.person`.
    """

    def __init__(self, app: ASGIApp, hub: Hub) -> None:
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with what is known of who asks."""
        if scope["type"] == "http" and not scope["path"].startswith(_NOBODYS):
            secret = secret_in(HTTPConnection(scope), self._hub.https)
            if secret is not None:
                session = await run_in_threadpool(self._found, secret)
                scope.setdefault("state", {}).update(
                    secret=secret,
                    csrf=proof_of(secret),
                    session=session,
                    person=session.person if session else None,
                )
        await self._app(scope, receive, send)

    def _found(self, secret: str) -> Session | None:
        """Return a session; beside workers the clock asks a database too, so in a thread."""
        return self._hub.people.sessions.find(secret, self._hub.clock.now())
