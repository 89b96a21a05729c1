"""Wakes those who listen for alerts: one question to the database for all of them.

One poller asks for the newest change while anybody listens; when there is one, all wake, and those
who stand at the same place share one read. How many listen is bounded, so that a crowd of readers
never takes the hub from its publishers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cioghub.ports.reading_room import ReadingRoom, Told

MOST_LISTENERS = 500
EVERY_SECONDS = 0.05
PAGE = 200
"""Changes in one read."""

_MOST_PAGES = 64
_LOG = logging.getLogger("cioghub")


class Full(Exception):
    """As many listen as the hub can bear."""


class Listening:
    """All who listen in this process; belongs to one event loop."""

    def __init__(
        self,
        room: ReadingRoom,
        most: int = MOST_LISTENERS,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._room = room
        self._most = most
        self._every = every
        self._seated = 0
        self._changed = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None
        self._pages: dict[tuple[str, int], asyncio.Task[Sequence[Told]]] = {}
        self.newest = -1
        self.closed = False

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Hold a place among the listeners.

        Raises:
            Full: there is none, or the hub is stopping.
        """
        if self.closed or self._seated >= self._most:
            raise Full
        self._seated += 1
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        try:
            yield
        finally:
            self._seated -= 1

    async def after(self, audience: str, cursor: int) -> Sequence[Told]:
        """Return the next changes told to an audience after a place, at most `PAGE`."""
        key = audience, cursor
        reading = self._pages.get(key)
        if reading is None:
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            asked = asyncio.to_thread(self._room.since, audience, cursor, PAGE)
            reading = self._pages[key] = asyncio.create_task(asked)
        # Others wait for the same read: who leaves must not take it with them.
        return await asyncio.shield(reading)

    async def changed(self, seen: int, seconds: float) -> bool:
        """Wait until there is a newer change than `seen`; False when the time is up."""
        if self.newest > seen or self.closed:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """End every stream, so that the hub can stop; readers come back by their last event id."""
        self.closed = True
        self._wake()

    async def _poll(self) -> None:
        while self._seated and not self.closed:
            try:
                newest = await asyncio.to_thread(self._room.newest)
            except Exception as error:  # a database that is busy now is asked again
                _LOG.warning("the newest change cannot be read: %s", type(error).__name__)
                newest = self.newest
            if newest != self.newest:
                self.newest = newest
                self._pages.clear()
                self._wake()
            await asyncio.sleep(self._every)
        self._poller = None

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
