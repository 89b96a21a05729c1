"""Makes a message of an HTTP request, within bounds, or says why it is none."""

from __future__ import annotations

import zlib

from starlette.requests import Request
from starlette.responses import Response

from cioghub.ports.intake import MOST_BYTES, Message, Mode
from cioghub.web.shell.problems import problem

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
JSON = "application/json"
PREFIX = "ce-"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})
_GZIP = 16 + zlib.MAX_WBITS


async def message_of(request: Request) -> Message | Response:
    """Return the message that a request carries, unpacked, or the problem that it is none.

    The problem is 415 for another kind of content, 413 for too much of it, 400 for a broken gzip.
    """
    media, charset = _content_type(request)
    binary = any(name.startswith(PREFIX) for name in request.headers)
    mode = {STRUCTURED: Mode.STRUCTURED, BATCH: Mode.BATCH}.get(media)
    if mode is None and media == JSON and binary:
        mode = Mode.BINARY
    if mode is None or charset not in _UTF8:
        return _wrong_kind()
    body = await _body(request)
    if isinstance(body, Response):
        return body
    return Message(mode, body, _attributes(request, media) if mode is Mode.BINARY else None)


def _content_type(request: Request) -> tuple[str, str]:
    """Return the media type and the charset, which is UTF-8 unless it is said."""
    media, *parameters = request.headers.get("content-type", "").lower().split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "charset":
            charset = value.strip('"')
    return media.strip(), charset


def _attributes(request: Request, media: str) -> dict[str, str]:
    """Return the attributes of binary mode; one that is sent twice keeps both, and has no form."""
    found: dict[str, str] = {}
    for header, value in request.headers.items():
        if header.startswith(PREFIX):
            name = header.removeprefix(PREFIX)
            found[name] = f"{found[name]}, {value}" if name in found else value
    found["datacontenttype"] = media
    return found


async def _body(request: Request) -> bytes | Response:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        return _wrong_coding()
    unpacker = zlib.decompressobj(_GZIP) if coding == "gzip" else None
    body = bytearray()
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > MOST_BYTES:
            return _too_large()
        try:
            # Never more than one byte beyond the bound is unpacked, whatever a bomb holds.
            body += unpacker.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpacker else chunk
        except zlib.error:
            return _broken_gzip()
        if len(body) > MOST_BYTES:
            return _too_large()
    if unpacker and (not unpacker.eof or unpacker.unused_data):
        return _broken_gzip()
    return bytes(body)


def _wrong_kind() -> Response:
    return problem(
        415,
        "wrong-kind",
        "That kind of content is not taken here",
        f"Send one event as {STRUCTURED}, several as {BATCH}, or the data of one as {JSON} with "
        "its attributes in ce- headers; always in UTF-8.",
        headers={"Accept": f"{STRUCTURED}, {BATCH}, {JSON}"},
    )


def _wrong_coding() -> Response:
    return problem(
        415,
        "wrong-kind",
        "That packing is not taken here",
        "Send the body as it is, or packed with gzip.",
        headers={"Accept-Encoding": "gzip"},
    )


def _too_large() -> Response:
    return problem(
        413,
        "too-large",
        "That is too large",
        f"A message has at most {MOST_BYTES:,} bytes, unpacked. Nothing of it was kept; send it in "
        "several.",
    )


def _broken_gzip() -> Response:
    return problem(
        400,
        "not-understood",
        "The body is not a whole gzip",
        "Part of what was sent may be missing, so nothing of it was kept. Pack and send it again.",
    )
