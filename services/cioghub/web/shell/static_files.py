"""Serves style sheets and the icon at addresses that name their content, so that a browser may keep
them for a year and never shows an old one.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
ROOT = "/static"
TYPES: Mapping[str, str] = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
"""Content type by ending; a file with another ending is not served."""

_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    kind: str


class StaticFiles:
    """The files of one folder, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, _File] = {}
        self._addresses: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix not in TYPES:
                continue
            content = path.read_bytes()
            name = f"{hashlib.sha256(content).hexdigest()[:16]}-{path.name}"
            packed = gzip.compress(content, mtime=0)
            self._files[name] = _File(content, packed, TYPES[path.suffix])
            self._addresses[path.name] = f"{ROOT}/{name}"

    def address(self, name: str) -> str:
        """Return where a file is served.

        Raises:
            KeyError: there is no such file.
        """
        return self._addresses[name]

    async def answer(self, request: Request) -> Response:
        """Answer a request for `{name}`: 404 unless it names a file with its present content."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        headers = {"Cache-Control": _A_YEAR, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(found.packed, media_type=found.kind, headers=headers)
        return Response(found.content, media_type=found.kind, headers=headers)
