"""Problem details (RFC 9457): how every error of `/v1` is told to a program."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
PAGE = "/help/problems"
"""The page that explains each type; a problem's `type` is its address there."""


def problem(
    status: int,
    type_slug: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> JSONResponse:
    """Return an answer of media type `application/problem+json`.

    `detail` says what is wrong, why, and what next, and never a value that was sent; `extra` are
    further members, such as `errors` with a pointer and a code each.
    """
    content = {
        "type": f"{PAGE}#{type_slug}",
        "title": title,
        "status": status,
        "detail": detail,
        **extra,
    }
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)
