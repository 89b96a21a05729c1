"""Puts on every answer what a browser must know: that nothing foreign runs, frames or keeps it.

Rules for editors:
1. No `unsafe-` anything. A page that carries its own style says so with `own_style_policy`.
2. What a route says itself is kept: only what it leaves out is added.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src {styles}; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)

HEADERS = {
    "Content-Security-Policy": _POLICY.format(styles="'self'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer, unless the route says otherwise."""

HSTS = "max-age=63072000; includeSubDomains"
"""For two years a browser asks by HTTPS alone."""


def own_style_policy(page: bytes) -> str:
    """Return the Content-Security-Policy for a self-contained page: its own styles, by hash.

    `page` is the content that is sent.
    """
    styles = [
        "'sha256-" + base64.b64encode(hashlib.sha256(found).digest()).decode() + "'"
        for found in _STYLE.findall(page)
    ]
    return _POLICY.format(styles=" ".join(styles) or "'none'")


class Headers:
    """The middleware that adds them; outermost, so that errors carry them too."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": HSTS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
