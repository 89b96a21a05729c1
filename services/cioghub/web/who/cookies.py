"""The one cookie: a random secret that says which browser this is, and nothing else.

It is there before somebody signs in, since a form needs it too, and another takes its place when
they do.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

_MOST_LETTERS = 100


def cookie_name(https: bool) -> str:
    """Return the name; by HTTPS one that a browser takes only from this very host."""
    return "__Host-ciog" if https else "ciog"


def secret_in(request: HTTPConnection, https: bool) -> str | None:
    """Return the secret that a browser sends, None for none."""
    secret = request.cookies.get(cookie_name(https), "")
    return secret if 0 < len(secret) <= _MOST_LETTERS else None


def give(response: Response, secret: str, https: bool) -> None:
    """Let the browser keep a secret until it is closed, out of the reach of scripts."""
    response.set_cookie(
        cookie_name(https), secret, path="/", httponly=True, samesite="lax", secure=https
    )


def take_back(response: Response, https: bool) -> None:
    """Let the browser forget its secret."""
    response.delete_cookie(
        cookie_name(https), path="/", httponly=True, samesite="lax", secure=https
    )
