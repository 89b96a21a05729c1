"""Frozen fortnightly pictures, byte for byte as they were frozen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from cioghub.ports.reading_room import FrozenPicture
from cioghub.web.shell.headers import own_style_policy
from cioghub.web.tactical.feeds_bytes import known_bytes

JSON, HTML = "application/json", "text/html"


def picture_answer(request: Request, picture: FrozenPicture) -> Response:
    """Return a picture as JSON, or as its page where the reader rather has that."""
    if not rather_html(request.headers.get("accept", "")):
        return known_bytes(request, picture.content, JSON, {"Vary": "Accept"})
    policy = {"Content-Security-Policy": own_style_policy(picture.page), "Vary": "Accept"}
    return known_bytes(request, picture.page, HTML, policy)


def rather_html(accept: str) -> bool:
    """Say whether an Accept header (RFC 9110, 12.5.1) puts a page before JSON."""
    return _wanted(accept, HTML) > _wanted(accept, JSON)


def _wanted(accept: str, media_type: str) -> float:
    """Return how much a media type is wanted, from 0 to 1: the closest range that names it."""
    ranges = {media_type: 2, f"{media_type.partition('/')[0]}/*": 1, "*/*": 0}
    best, wanted = -1, 0.0
    for one in accept.split(","):
        name, *parameters = (part.strip().lower() for part in one.split(";"))
        weights = [p.removeprefix("q=") for p in parameters if p.startswith("q=")]
        if ranges.get(name, -1) > best:
            best = ranges[name]
            try:
                wanted = float(weights[0]) if weights else 1.0
            except ValueError:
                wanted = 0.0
    return wanted
