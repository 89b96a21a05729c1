"""Answers HEAD wherever GET is answered: the same status and headers, and nothing after them."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Answered(Exception):
    """Ends what makes a body that nobody reads: a stream would go on for a quarter of an hour."""


class Heads:
    """The middleware that asks for an answer and passes on its status and headers.

    Who asks by HEAD is let see no more than by GET, and the read is kept like any other.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of one by HEAD, send the headers alone, as soon as they are there."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def beginning(start: Message) -> None:
            await send(start)
            await send({"type": "http.response.body"})
            raise _Answered

        with suppress(_Answered):
            await self._app({**scope, "method": "GET"}, receive, beginning)
