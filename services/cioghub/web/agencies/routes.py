"""Door 1: what an agency's machine sends to, and the pages of its contact."""

from __future__ import annotations

from fastapi import FastAPI

from cioghub.web.agencies import api_page, events, mappings, pages, uploads


def install(app: FastAPI) -> None:
    """Open the agencies' door of an application."""
    app.include_router(events.ROUTER)
    app.include_router(api_page.ROUTER)
    app.include_router(pages.ROUTER)
    app.include_router(uploads.ROUTER)
    app.include_router(mappings.ROUTER)
