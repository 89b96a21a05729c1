"""All who listen share one poller and one read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from cioghub.ports.reading_room import Told
from cioghub.web.tactical.feeds_listening import Full, Listening


class Room:
    """A reading room that counts what it is asked."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.asked: Counter[str] = Counter()
        self.broken = False

    def tell(self, audience: str) -> None:
        cursor = len(self.told) + 1
        event = {"id": f"a.{cursor}"}
        self.told.append(Told(cursor, audience, "a", "alert.updated.v1", 0, False, event))

    def newest(self) -> int:
        self.asked["newest"] += 1
        if self.broken:
            raise OSError("database is locked")
        return len(self.told)

    def since(self, audience: str, cursor: int, limit: int) -> Sequence[Told]:
        self.asked["since"] += 1
        return [one for one in self.told if one.audience == audience and one.cursor > cursor]


async def heard(listening: Listening, audience: str, count: int) -> list[int]:
    """Listen until so many changes were heard; return their cursors."""
    found: list[int] = []
    with listening.seat():
        at = 0
        while len(found) < count:
            seen = listening.newest
            changes = await listening.after(audience, at)
            found += [one.cursor for one in changes]
            at = found[-1] if found else 0
            if not changes:
                await listening.changed(seen, 5)
    return found


def test_a_hundred_listeners_cost_a_read_or_two_for_all() -> None:
    async def reads(listeners: int) -> int:
        room = Room()
        listening = Listening(room, every=0.01)
        waiting = [asyncio.create_task(heard(listening, "east", 1)) for _ in range(listeners)]
        while listening.newest < 0:
            await asyncio.sleep(0.01)
        room.tell("east")
        assert await asyncio.gather(*waiting) == [[1]] * listeners
        return room.asked["since"]

    # One before anything is told, one after; a third where the poller began in between.
    assert asyncio.run(reads(100)) <= 3


def test_nobody_is_asked_while_nobody_listens() -> None:
    async def run() -> None:
        room = Room()
        room.tell("east")
        listening = Listening(room, every=0.01)
        assert await heard(listening, "east", 1) == [1]
        await asyncio.sleep(0.05)
        asked = room.asked["newest"]
        await asyncio.sleep(0.05)
        assert room.asked["newest"] == asked
        room.tell("east")
        assert await heard(listening, "east", 2) == [1, 2]

    asyncio.run(run())


def test_a_listener_who_leaves_does_not_take_the_read_of_others() -> None:
    async def run() -> None:
        room = Room()
        listening = Listening(room, every=0.01)
        leaving = asyncio.create_task(heard(listening, "east", 1))
        staying = asyncio.create_task(heard(listening, "east", 1))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0.02)
        room.tell("east")
        assert await staying == [1]

    asyncio.run(run())


def test_a_database_that_is_busy_is_asked_again() -> None:
    async def run() -> None:
        room = Room()
        listening = Listening(room, every=0.01)
        waiting = asyncio.create_task(heard(listening, "east", 1))
        room.broken = True
        await asyncio.sleep(0.05)
        room.broken = False
        room.tell("east")
        assert await waiting == [1]

    asyncio.run(run())


def test_seats_are_bounded_and_given_back() -> None:
    async def run() -> None:
        listening = Listening(Room(), most=1)
        with listening.seat(), pytest.raises(Full), listening.seat():
            pass
        with listening.seat():
            pass

    asyncio.run(run())


def test_closing_wakes_everybody_and_seats_nobody() -> None:
    async def run() -> None:
        listening = Listening(Room(), every=0.01)
        with listening.seat():
            waiting = asyncio.create_task(listening.changed(10**9, 60))
            await asyncio.sleep(0.02)
            listening.close()
            assert await waiting
        with pytest.raises(Full), listening.seat():
            pass

    asyncio.run(run())
