"""Alerts as server-sent events: what an audience is told, as it is told.

The id of an event is the cursor after it, so that a reader who comes back with `Last-Event-ID`
misses nothing. A stream ends after a while by itself: whoever comes back is asked again who they
are. A reader whose last event is not known here is told everything anew, rather than nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from cioghub.ports.reading_room import ReadingRoom, Told
from cioghub.vocabulary.words import MARKING
from cioghub.web.shell.problems import problem
from cioghub.web.tactical.feeds_cursor import cursor_of, last_of, place_of
from cioghub.web.tactical.feeds_listening import Full, Listening

HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 900.0
RETRY_AFTER = 30

_RETRY_MILLISECONDS = 1000


class AlertStream(StreamingResponse):
    """The stream of one reader, or 503 where too many listen already."""

    def __init__(
        self,
        listening: Listening,
        room: ReadingRoom,
        audience: str,
        after: str | None,
    ) -> None:
        """Stream from the cursor `after` on; from now on where it is None."""
        self._listening = listening
        self._room = room
        self._audience = audience
        self._after = after
        super().__init__(
            self._told(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream while there is a seat for it."""
        try:
            with self._listening.seat():
                await super().__call__(scope, receive, send)
        except Full:
            refusal = problem(
                503,
                "too-many-listeners",
                "Too many listen already",
                "The hub bears only so many streams at once. Try again later, or ask "
                "/v1/alerts now and then: it gives the same events.",
                headers={"Retry-After": str(RETRY_AFTER)},
            )
            await refusal(scope, receive, send)

    async def _told(self) -> AsyncIterator[bytes]:
        end = asyncio.get_running_loop().time() + LONGEST_SECONDS
        at, cursor = await asyncio.to_thread(self._begin)
        yield f": {MARKING}\nretry: {_RETRY_MILLISECONDS}\nid: {cursor}\n\n".encode()
        while not self._listening.closed:
            seen = self._listening.newest
            changes = await self._listening.after(self._audience, at)
            if changes:
                yield b"".join(map(_event, changes))
                at = changes[-1].cursor
                continue
            left = end - asyncio.get_running_loop().time()
            if left > 0 and await self._listening.changed(seen, min(left, HEARTBEAT_SECONDS)):
                continue
            # What was left is waited out, even where the clock lags behind its alarm a little.
            if left <= HEARTBEAT_SECONDS:
                return
            yield b": still here\n\n"

    def _begin(self) -> tuple[int, str]:
        """Return where to begin, and the cursor there."""
        if self._after is None:
            return last_of(self._room, self._audience)
        at = place_of(self._room, self._audience, self._after)
        return (0, "0") if at is None else (at, self._after)


def _event(change: Told) -> bytes:
    data = json.dumps(change.event, separators=(",", ":"), ensure_ascii=False)
    return f"id: {cursor_of(change)}\ndata: {data}\n\n".encode()
