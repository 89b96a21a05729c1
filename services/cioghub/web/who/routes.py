"""Puts who is asking before every route of a hub, and the pages on which people sign in."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from cioghub.web.hub import Hub
from cioghub.web.shell.problems import problem
from cioghub.web.who import openid, sign_in
from cioghub.web.who.asking import ReasonNeeded
from cioghub.web.who.who_is import WhoIs


def install(app: FastAPI, hub: Hub) -> None:
    """Let an application know who asks; installed before the shell, so that it stands inside."""
    app.add_middleware(WhoIs, hub=hub)
    app.include_router(sign_in.ROUTER)
    app.include_router(openid.ROUTER)

    async def reason_needed(request: Request, error: Exception) -> Response:
        return problem(
            403,
            "reason-needed",
            "Say first what you read for",
            "A reason is kept with every read. Give it on the page /reason, or use a token.",
        )

    app.add_exception_handler(ReasonNeeded, reason_needed)
