"""Proof that a form was filled in on a page of this hub, in this browser.

Each session has its own proof, a hash of the cookie's secret: a foreign site can send the cookie
along and never read it, so it cannot make the proof.
"""

from __future__ import annotations

import hashlib
import secrets

from fastapi import Request
from starlette.exceptions import HTTPException

FIELD = "csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MACHINES = "/v1/"


def proof_of(secret: str) -> str:
    """Return the proof that the forms of a browser with this secret carry."""
    return hashlib.sha256(b"form:" + secret.encode()).hexdigest()


async def check_form(request: Request) -> None:
    """Refuse a change that does not come from a form of this hub; every route depends on it.

    Under `/v1` programs ask with a token in a header, which no foreign page can send: there a
    cookie alone changes nothing, and no form is looked for.

    Raises:
        HTTPException: 400, the proof is missing or is another session's.
    """
    if request.method in _SAFE or request.url.path.startswith(_MACHINES):
        return
    expected = getattr(request.state, FIELD, "")
    if not expected or request.headers.get("sec-fetch-site") == "cross-site":
        raise HTTPException(400)
    given = (await request.form()).get(FIELD)
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(400)
