"""Groups of a topic: bounded by size and by time, and let go once they are handled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from cioghub.runtimes.kafka_workers.groups import MOST, GroupFailed, Groups


@dataclass
class Message:
    topic: str
    partition: int
    offset: int
    headers: Any
    value: bytes
    timestamp: float = 0.0


@dataclass
class Event:
    message: Message
    acked: bool = False

    def ack(self) -> bool:
        self.acked = True
        return True


def test_groups_are_bounded_by_size_and_by_time() -> None:
    events = [Event(Message("t", 0, n, None, b"")) for n in range(MOST + 3)]
    groups: list[int] = []
    failures: list[BaseException] = []

    async def handle(group: Any) -> None:
        assert not any(event.acked for event in events[group[0].offset :])
        groups.append(len(group))

    async def fail(error: BaseException) -> None:
        failures.append(error)

    async def come() -> Any:
        for event in events:
            yield event
        await asyncio.sleep(0.3)

    asyncio.run(Groups([handle], lambda group, seconds: None, fail).gather(come()))
    assert (groups, failures) == ([MOST, 3], [])
    assert all(event.acked for event in events)


def test_a_group_that_fails_is_not_let_go() -> None:
    event = Event(Message("t", 0, 0, {"a": b"b"}, b""))
    failures: list[BaseException] = []

    async def handle(group: Any) -> None:
        raise OSError

    async def fail(error: BaseException) -> None:
        failures.append(error)

    async def come() -> Any:
        yield event
        await asyncio.sleep(0.3)

    asyncio.run(Groups([handle], lambda group, seconds: None, fail).gather(come()))
    assert [type(one) for one in failures] == [OSError]
    assert not event.acked


def test_nothing_is_let_go_behind_a_group_that_failed() -> None:
    events = [Event(Message("t", 0, n, None, b"")) for n in range(2 * MOST)]
    handled: list[int] = []

    async def handle(group: Any) -> None:
        if group[0].offset == 0:
            await asyncio.sleep(0.1)
            raise OSError
        handled.append(len(group))

    async def fail(error: BaseException) -> None:
        return

    async def come() -> Any:
        yield events[0]
        await asyncio.sleep(0.1)  # the first goes by time, and fails while full groups come
        for event in events[1:]:
            yield event
        raise AssertionError("nothing may be taken where nothing may be handled")

    with pytest.raises(GroupFailed):
        asyncio.run(Groups([handle], lambda group, seconds: None, fail).gather(come()))
    assert handled == []
    assert not any(event.acked for event in events)


def test_of_two_lanes_each_keeps_its_order_while_both_work() -> None:
    events = [Event(Message("t", n % 4, n // 4, None, b"")) for n in range(20 * MOST)]
    seen: list[tuple[int, int]] = []
    busy: list[int] = []
    both = asyncio.Event()

    def lane(number: int) -> Any:
        async def handle(group: Any) -> None:
            busy.append(number)
            if set(busy) == {0, 1}:
                both.set()
            await both.wait()
            assert {one.partition % 2 for one in group} == {number}
            assert len(group) <= MOST
            seen.extend((one.partition, one.offset) for one in group)
            busy.remove(number)

        return handle

    async def come() -> Any:
        for event in events:
            yield event
        while len(seen) < len(events):
            await asyncio.sleep(0.01)

    async def fail(error: BaseException) -> None:
        raise error

    asyncio.run(Groups([lane(0), lane(1)], lambda group, seconds: None, fail).gather(come()))
    for partition in range(4):
        assert [one for one in seen if one[0] == partition] == [
            (partition, n) for n in range(5 * MOST)
        ]
    assert all(event.acked for event in events)


def test_who_is_stopped_ends_the_group_that_was_begun_and_begins_no_other() -> None:
    events = [Event(Message("t", 0, n, None, b"")) for n in range(MOST + 3)]
    begun = asyncio.Event()
    handled: list[int] = []

    async def handle(group: Any) -> None:
        begun.set()
        await asyncio.sleep(0.1)
        handled.append(len(group))

    async def come() -> Any:
        for event in events:
            yield event
        await asyncio.Event().wait()

    async def fail(error: BaseException) -> None:
        raise error

    async def stopped() -> None:
        gathering = asyncio.create_task(
            Groups([handle], lambda group, seconds: None, fail).gather(come())
        )
        await begun.wait()
        gathering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gathering

    asyncio.run(stopped())
    assert handled == [MOST]
    assert [event.acked for event in events] == [True] * MOST + [False] * 3
