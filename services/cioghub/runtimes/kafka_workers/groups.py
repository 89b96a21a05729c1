"""Gathers events into groups, by size and by time, and lets them go once a group is handled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from typing import Protocol

from cioghub.runtimes.kafka_workers.messages import Received

MOST = 200
"""Events of one group."""

SECONDS = 0.05
"""So long an event waits for others."""


class Message(Protocol):
    """A message as the engine gives it."""

    topic: str
    partition: int
    offset: int
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None
    timestamp: float


class Event(Protocol):
    """An event that is acknowledged by hand."""

    message: Message

    def ack(self) -> bool:
        """Let it go: a worker that starts again does not get it again."""


Handle = Callable[[Sequence[Received]], Awaitable[None]]


class GroupFailed(Exception):
    """A group before this one was not handled: nothing more may be."""


class Groups:
    """The groups of one topic; one at a time is handled."""

    def __init__(
        self,
        handle: Handle,
        handled: Callable[[Sequence[Received], float], None],
        failed: Callable[[BaseException], Awaitable[None]],
    ) -> None:
        """`handled` is told of each group and its seconds; `failed` of what must end the worker."""
        self._handle = handle
        self._handled = handled
        self._failed = failed
        self._waiting: list[Event] = []
        self._broken = False
        self._turn = asyncio.Lock()
        self._full = asyncio.Event()
        self._more = asyncio.Event()

    async def gather(self, events: AsyncIterable[Event]) -> None:
        """Take events as they come until there are no more."""
        flusher = asyncio.create_task(self._flush_by_time())
        try:
            async for event in events:
                self._waiting.append(event)
                self._more.set()
                if len(self._waiting) >= MOST:
                    await self._flush()
        finally:
            flusher.cancel()

    async def _flush_by_time(self) -> None:
        try:
            while True:
                await self._more.wait()
                await asyncio.sleep(SECONDS)
                await self._flush()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            await self._failed(error)

    async def _flush(self) -> None:
        async with self._turn:
            if self._broken:
                # To let a later group go would let go of the one that failed as well.
                raise GroupFailed
            self._more.clear()
            group, self._waiting = self._waiting, []
            if not group:
                return
            began = time.monotonic()
            received = [received_of(event) for event in group]
            try:
                await self._handle(received)
            except BaseException:
                self._broken = True
                raise
            for event in group:
                event.ack()
            self._handled(received, time.monotonic() - began)


def received_of(event: Event) -> Received:
    """Return the message of an event."""
    one = event.message
    headers = one.headers.items() if isinstance(one.headers, dict) else one.headers or ()
    return Received(
        one.topic, one.partition, one.offset, tuple(headers), one.value, one.timestamp or 0.0
    )
