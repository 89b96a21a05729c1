"""Serves a folder of finished pages to this machine: reads only, lists nothing, runs nothing.

Rules for editors:
1. Only files that lay in the folder when serving began are given, by exact path: nothing of a
   request ever becomes part of a path on disk.
2. No page may run a script or fetch from elsewhere; styles are allowed by file or by hash.
3. A request leaves no trace: addresses of pages name audiences and alerts.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import re
import urllib.parse
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cioghub.errors import EnvironmentFailed

THIS_MACHINE = "127.0.0.1"

TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".jsonl": "application/jsonl; charset=utf-8",
}
"""Content type by ending; a file with another ending is not served."""

_STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SLOWEST_SECONDS = 15


def content_policy(page: bytes) -> str:
    """Return the Content-Security-Policy of a page: its own styles by hash, and no script at all.

    `page` is the content that is sent.
    """
    styles = ["'self'"]
    for found in _STYLE.findall(page):
        digest = base64.b64encode(hashlib.sha256(found).digest()).decode()
        styles.append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; style-src {' '.join(styles)}; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


class StillPages(ThreadingHTTPServer):
    """An HTTP server of one folder. It takes its port at once and answers from `open` on."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: str, port: int) -> None:
        """Take the port.

        Raises:
            EnvironmentFailed: another program has it, or the machine refuses.
        """
        self.files: Mapping[str, Path] = {}
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise _refused(address, port, error) from error

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.server_address[1])

    def open(self, folder: Path) -> None:
        """Serve what lies in the folder now, until interrupted."""
        self.files = {
            "/" + path.relative_to(folder).as_posix(): path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.suffix in TYPES
        }
        self.serve_forever(poll_interval=0.2)

    def hosts(self) -> frozenset[str]:
        """Return the names that a browser on this machine may call the server by."""
        return frozenset(f"{name}:{self.port}" for name in (THIS_MACHINE, "localhost"))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that went away is no trouble of the hub."""


class _Handler(BaseHTTPRequestHandler):
    server: StillPages
    protocol_version = "HTTP/1.1"
    timeout = _SLOWEST_SECONDS

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def version_string(self) -> str:
        return "ciog"

    def log_message(self, format: str, *args: object) -> None:
        """Keep no record of who looked at what."""

    def _answer(self, with_body: bool) -> None:
        # A page elsewhere could give its own name this machine's address and read along.
        if self.headers.get("Host", "").lower() not in self.server.hosts():
            self._send(HTTPStatus.MISDIRECTED_REQUEST, *_plain("Ask for 127.0.0.1."), with_body)
            return
        path = urllib.parse.urlsplit(self.path).path
        if path.endswith("/"):
            path += "index.html"
        found = self.server.files.get(path)
        try:
            body = found.read_bytes() if found else None
        except OSError:
            body = None
        if found is None or body is None:
            self._send(HTTPStatus.NOT_FOUND, *_plain("There is no such page."), with_body)
        else:
            self._send(HTTPStatus.OK, body, TYPES[found.suffix], with_body)

    def _send(self, status: HTTPStatus, body: bytes, kind: str, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", content_policy(body))
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


def _plain(words: str) -> tuple[bytes, str]:
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>CIOG Hub</title>'
        f'<main><h1>{words}</h1><p><a href="/">To the first page</a></p></main></html>'
    )
    return page.encode(), TYPES[".html"]


def _refused(address: str, port: int, error: OSError) -> EnvironmentFailed:
    if error.errno == errno.EADDRINUSE:
        return EnvironmentFailed(
            f"Port {port} is taken: another program answers there.",
            "The pages need a port of their own.",
            f"End the other program, or choose another port: `ciog demo --port {port % 65535 + 1}`"
            " or CIOG_PORT.",
        )
    return EnvironmentFailed(
        f"The machine refused port {port} of {address}: {error.strerror}.",
        "The pages need a port to answer on.",
        "Choose a port above 1023 with --port or CIOG_PORT.",
    )
