"""The pages that belong to no door: the first page, help, and what every public site must say."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from cioghub.vocabulary.reasons import HINTS
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.web.hub import Hub
from cioghub.web.shell.errors import TOLD, ErrorPages, Unexpected
from cioghub.web.shell.headers import Headers
from cioghub.web.shell.heads import Heads
from cioghub.web.shell.limits import Limits
from cioghub.web.shell.pages import Pages
from cioghub.web.shell.static_files import ROOT, StaticFiles

HELP = {
    "alerts": "Reading an alert",
    "sending": "Sending events",
    "sharing": "What is shared, and who decides",
    "problems": "When the hub says no",
}
"""The pages of help, by the last part of their address."""


def install(app: FastAPI, hub: Hub) -> None:
    """Give an application its shell; the doors are installed after it.

    `app.state.pages` renders pages for all of them.
    """
    files = StaticFiles()
    pages = Pages(hub, files)
    app.state.pages = pages
    errors = ErrorPages(pages)
    errors.install(app)
    # The last one added is the outermost.
    app.add_middleware(Heads)
    app.add_middleware(Limits, hosts=hub.hosts, errors=errors)
    app.add_middleware(Unexpected, errors=errors)
    app.add_middleware(Headers, https=hub.https)
    app.router.routes.append(Route(f"{ROOT}/{{name}}", files.answer))
    for path, template in (
        ("/", "first.html.j2"),
        ("/accessibility", "accessibility.html.j2"),
        ("/cookies", "cookies.html.j2"),
        ("/licences", "licences.html.j2"),
    ):
        _still(app, pages, path, template)
    _still(app, pages, "/help", "help.html.j2", topics=HELP)
    for name in HELP:
        _still(
            app,
            pages,
            f"/help/{name}",
            f"help_{name}.html.j2",
            answers=TOLD,
            hints=HINTS,
            not_a_referral=NOT_A_REFERRAL,
        )


def _still(app: FastAPI, pages: Pages, path: str, template: str, **context: Any) -> None:
    """Serve a page that is the same for everybody but for the line at the top."""

    def show(request: Request) -> HTMLResponse:
        return pages.page(request, template, person=pages.who(request), **context)

    app.router.routes.append(Route(path, show))
