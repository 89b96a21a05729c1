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

    asyncio.run(Groups(handle, lambda group, seconds: None, fail).gather(come()))
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

    asyncio.run(Groups(handle, lambda group, seconds: None, fail).gather(come()))
    assert [type(one) for one in failures] == [OSError]
    assert not event.acked


def test_nothing_is_let_go_behind_a_group_that_failed() -> None:
    events = [Event(Message("t", 0, n, None, b"")) for n in range(MOST + 1)]
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
        await asyncio.sleep(0.1)  # the first goes by time, and fails while a full group waits
        for event in events[1:]:
            yield event

    with pytest.raises(GroupFailed):
        asyncio.run(Groups(handle, lambda group, seconds: None, fail).gather(come()))
    assert handled == []
    assert not any(event.acked for event in events)
