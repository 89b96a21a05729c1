"""Tells an error without any detail of the inside: as a page, or under `/v1` as a problem."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from traceback import extract_tb

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cioghub.ports.intake import Busy
from cioghub.web.shell.pages import Pages
from cioghub.web.shell.problems import problem

_LOG = logging.getLogger(__name__)
MACHINES = "/v1/"
"""Under this path programs ask, and errors are problem details."""


@dataclass(frozen=True, slots=True)
class Told:
    """How one kind of error is told: the problem's type, a heading, and what next."""

    slug: str
    title: str
    words: str


TOLD: Mapping[int, Told] = {
    400: Told("not-understood", "The request was not understood", "Check it, and send it again."),
    401: Told("not-signed-in", "You are not signed in", "Sign in, or send a valid token."),
    403: Told(
        "not-allowed",
        "You may not do this",
        "Your role does not include it. Ask your coordinator if you think it should.",
    ),
    404: Told(
        "not-found",
        "Nothing is here for you",
        "The address may be mistyped, or what it names may not be yours to see.",
    ),
    405: Told(
        "wrong-method", "This cannot be done here", "Go back and use the page's own buttons."
    ),
    413: Told(
        "too-large", "That is too large", "Nothing of it was kept. Send it in smaller parts."
    ),
    415: Told("wrong-kind", "That kind of content is not taken here", "See the help for what is."),
    421: Told(
        "another-host",
        "This is not the host you asked for",
        "Use the hub's own address. An operator can add a name to its settings.",
    ),
    422: Told("at-fault", "Something in the request is at fault", "Each fault is named by place."),
    429: Told("too-many", "Too many requests", "Wait a moment, and try again."),
    500: Told(
        "fault-of-the-hub",
        "Something went wrong in the hub",
        "Part of what you sent may be kept. Try again later: an event that was accepted counts "
        "once. Tell the operator if it goes on.",
    ),
    503: Told(
        "busy",
        "The hub cannot take more just now",
        "Nothing was kept of what you sent. Wait a moment, and send it again.",
    ),
}
"""What is said of each status; of another, what is said of 400 or of 500."""


class ErrorPages:
    """Makes the answer to an error."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def answer(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> Response:
        """Return the page of a status, or its problem details where a program asks."""
        told = TOLD.get(status, TOLD[400 if status < 500 else 500])
        if request.url.path.startswith(MACHINES):
            return problem(status, told.slug, told.title, told.words, headers=headers, **extra)
        return self._pages.page(
            request,
            "error.html.j2",
            person=self._pages.who(request),
            status_code=status,
            headers=headers,
            told=told,
        )

    def install(self, app: FastAPI) -> None:
        """Answer every error of an application this way."""

        async def http(request: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            if error.status_code < 400:
                return Response(status_code=error.status_code, headers=error.headers)
            return self.answer(request, error.status_code, error.headers)

        async def busy(request: Request, error: Exception) -> Response:
            assert isinstance(error, Busy)
            return self.answer(request, 503, {"Retry-After": str(error.retry_after)})

        async def at_fault(request: Request, error: Exception) -> Response:
            assert isinstance(error, RequestValidationError)
            faults = [
                {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "code": one["type"]}
                for one in error.errors()
            ]
            return self.answer(request, 422, errors=faults)

        app.add_exception_handler(HTTPException, http)
        app.add_exception_handler(Busy, busy)
        app.add_exception_handler(RequestValidationError, at_fault)


class Unexpected:
    """The middleware that answers a bug with 500 and logs where it is, never what it said.

    The words of an exception may hold content of an event; its kind and its lines do not.
    """

    def __init__(self, app: ASGIApp, errors: ErrorPages) -> None:
        self._app = app
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what it raises ends here."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            where = " < ".join(
                f"{f.filename}:{f.lineno}" for f in reversed(extract_tb(error.__traceback__))
            )
            _LOG.error("unexpected %s at %s", type(error).__name__, where)
            if scope["type"] == "http" and not begun:
                answer = self._errors.answer(Request(scope), HTTPStatus.INTERNAL_SERVER_ERROR)
                await answer(scope, receive, send)
