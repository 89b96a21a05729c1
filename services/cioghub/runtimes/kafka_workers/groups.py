"""Gathers events into groups, by size and by time, and lets them go once a group is handled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from cioghub.runtimes.kafka_workers.messages import Received

MOST = 800
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
Handled = Callable[[Sequence[Received], float], None]
Failed = Callable[[BaseException], Awaitable[None]]


class GroupFailed(Exception):
    """A group before this one was not handled: nothing more may be."""


class Groups:
    """The groups of one topic, in lanes. What lies in one partition goes by one lane, in order."""

    def __init__(self, handles: Sequence[Handle], handled: Handled, failed: Failed) -> None:
        """Make a lane for each of `handles`.

        `handled` is told of each group and its seconds; `failed` of what must end the worker.
        """
        self._lanes = [Lane(handle, handled, failed) for handle in handles]

    async def gather(self, events: AsyncIterable[Event]) -> None:
        """Take events as they come until there are no more.

        Raises:
            GroupFailed: nothing more of a lane may be handled.
        """
        running = [asyncio.create_task(lane.run()) for lane in self._lanes]
        try:
            async for event in events:
                lane = self._lanes[event.message.partition % len(self._lanes)]
                if lane.is_full:
                    await lane.room()
                lane.put(event)
        finally:
            # What is kept by now is sent as well, or it would wait for another worker to find it.
            for lane, one in zip(self._lanes, running, strict=True):
                await lane.end(one)


class Lane:
    """One group after the other: while one is handled, the next one fills."""

    def __init__(self, handle: Handle, handled: Handled, failed: Failed) -> None:
        self._handle = handle
        self._handled = handled
        self._failed = failed
        self._waiting: list[Event] = []
        self._since = 0.0
        self._some = asyncio.Event()
        self._full = asyncio.Event()
        self._room = asyncio.Event()
        self._broken = False
        self._busy = False
        self._ending = False

    @property
    def is_full(self) -> bool:
        """Whether a whole group waits; or nothing more may be handled, as `room` will tell."""
        return self._broken or len(self._waiting) >= MOST

    async def room(self) -> None:
        """Return once there is room.

        Raises:
            GroupFailed: there will be none.
        """
        while self.is_full:
            if self._broken:
                # To let a later group go would let go of the one that failed as well.
                raise GroupFailed
            self._room.clear()
            await self._room.wait()

    def put(self, event: Event) -> None:
        """Have an event wait with others."""
        if not self._waiting:
            self._since = asyncio.get_running_loop().time()
            self._some.set()
        self._waiting.append(event)
        if len(self._waiting) >= MOST:
            self._full.set()

    async def run(self) -> None:
        """Handle group after group; what goes wrong with one is told, and ends the lane."""
        try:
            while not self._ending:
                await self._some.wait()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._since + SECONDS):
                        await self._full.wait()
                self._busy = True
                await self._next()
                self._busy = False
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._broken = True
            self._room.set()
            await self._failed(error)

    async def end(self, running: asyncio.Task[None]) -> None:
        """Have no more groups handled; return once the one that was begun is, if there is one."""
        self._ending = True
        if not self._busy:
            running.cancel()
        await asyncio.wait([running])

    async def _next(self) -> None:
        group, self._waiting = self._waiting, []
        self._some.clear()
        self._full.clear()
        self._room.set()
        began = time.monotonic()
        received = [received_of(event) for event in group]
        await self._handle(received)
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
