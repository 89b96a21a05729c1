"""Turns away what is too large or meant for another host, before anything reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from fastapi import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cioghub.web.shell.errors import ErrorPages

MOST_BYTES: Mapping[str, int] = {"/v1/": 16 << 20, "/agency/": 32 << 20}
"""Most bytes of a body by the beginning of its path: what machines send, and files."""

MOST_BYTES_ELSEWHERE = 64 << 10
"""Most bytes of any other body: a form that a person has filled in."""


def most_bytes(path: str) -> int:
    """Return how many bytes a body may have that is sent to a path."""
    for beginning, most in MOST_BYTES.items():
        if path.startswith(beginning):
            return most
    return MOST_BYTES_ELSEWHERE


class Limits:
    """The middleware that refuses a foreign Host (421) and a body that is too large (413)."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], errors: ErrorPages) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if host_name(request.headers.get("host", "")) not in self._hosts:
            await self._errors.answer(request, 421)(scope, receive, send)
            return
        most = most_bytes(scope["path"])
        said = request.headers.get("content-length", "0")
        if not said.isascii() or not said.isdigit() or int(said) > most:
            await self._errors.answer(request, 413)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def host_name(host: str) -> str:
    """Return the name in a Host header, in small letters and without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()
