"""A page of this door."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.vocabulary.people import Person
from cioghub.web.shell.pages import Pages


def page(request: Request, template: str, person: Person, **context: Any) -> HTMLResponse:
    """Return a page for somebody who is signed in, made by the hub's own pages."""
    pages: Pages = request.app.state.pages
    return pages.page(request, template, person=person, **context)
