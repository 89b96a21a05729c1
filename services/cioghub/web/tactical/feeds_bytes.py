"""Answers with bytes that a reader may already have: by their hash (ETag, RFC 9110)."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def known_bytes(
    request: Request, content: bytes, media_type: str, headers: dict[str, str] | None = None
) -> Response:
    """Return the bytes exactly as they are, or 304 where the reader names their ETag."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    sent = {**(headers or {}), "ETag": tag}
    named = (
        one.strip().removeprefix("W/")
        for one in request.headers.get("if-none-match", "").split(",")
    )
    if any(one in (tag, "*") for one in named):
        return Response(status_code=304, headers=sent)
    return Response(content, media_type=media_type, headers=sent)
