"""Opens the tactical door of a hub."""

from __future__ import annotations

from fastapi import FastAPI

from cioghub.web.tactical import (
    alert_page,
    board_page,
    casework,
    exports,
    meeting,
    pictures,
    queue,
    shadow,
)


def install(app: FastAPI) -> None:
    """Give an application the pages of this door; installed after who is asking and the shell."""
    # A step's address would match the one that looks behind an alert: that comes first.
    for part in (
        queue,
        alert_page,
        casework,
        meeting,
        exports,
        board_page,
        pictures,
        shadow,
    ):
        app.include_router(part.ROUTER)
