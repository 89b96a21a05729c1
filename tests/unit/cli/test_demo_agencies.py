"""The agencies of a demo send every line once, in order, and none before its time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import orjson
import pytest

from cioghub.cli.demo_agencies import MOST_AT_ONCE, Agencies
from cioghub.cli.demo_clock import DemoClock
from cioghub.ports.intake import Answer, Busy, Consideration, Message, Verdict

FEEDS = frozenset({"/a/b"})


class Heard:
    """An intake that keeps what it is sent, and when."""

    def __init__(self, clock: DemoClock | None = None) -> None:
        self.clock = clock
        self.batches: list[list[str]] = []
        self.times: list[int] = []

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        assert feeds == FEEDS
        events = orjson.loads(message.body)
        self.batches.append([event["id"] for event in events])
        self.times += [self.clock.now() if self.clock else 0] * len(events)
        return tuple(Verdict(Answer.ACCEPTED, "/a/b", event["id"]) for event in events)

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        raise AssertionError


def lines(*seconds: int) -> bytes:
    return b"".join(
        orjson.dumps({"id": str(n), "time": datetime.fromtimestamp(at, UTC).isoformat()}) + b"\n"
        for n, at in enumerate(seconds)
    )


def ids(messages: list[Message]) -> list[list[str]]:
    return [[event["id"] for event in orjson.loads(message.body)] for message in messages]


def test_what_is_due_is_handed_out_and_the_rest_waits() -> None:
    agencies = Agencies([lines(10, 20, 30)], FEEDS)
    assert ids(agencies.due(20)) == [["0", "1"]]
    assert agencies.next_at == 30
    assert ids(agencies.due(30)) == [["2"]]
    assert agencies.next_at is None


def test_the_rest_can_be_kept_for_later() -> None:
    agencies = Agencies([lines(10, 20, 30)], FEEDS)
    agencies.due(10)
    later = Agencies([b"".join(agencies.rest())], FEEDS)
    assert agencies.next_at is None
    assert ids(later.due(30)) == [["1", "2"]]


def test_a_line_that_came_late_comes_late_again() -> None:
    agencies = Agencies([lines(10, 30), lines(20)], FEEDS)
    assert ids(agencies.due(29)) == [["0"]]
    assert ids(agencies.due(30)) == [["1", "0"]]


def test_batches_are_no_longer_than_they_may_be() -> None:
    agencies = Agencies([lines(*range(MOST_AT_ONCE + 1))], FEEDS)
    assert [len(batch) for batch in ids(agencies.due(MOST_AT_ONCE))] == [MOST_AT_ONCE, 1]


@pytest.mark.parametrize("speed", [1e5])
def test_it_goes_on_by_the_clock_until_the_last_line(speed: float) -> None:
    clock = DemoClock(0)
    agencies, heard = Agencies([lines(100, 2000, 5000)], FEEDS), Heard(clock)
    clock.run(speed)
    asyncio.run(agencies.go_on(heard, clock, lambda: False))
    assert [one for batch in heard.batches for one in batch] == ["0", "1", "2"]
    assert all(sent >= at for sent, at in zip(heard.times, (100, 2000, 5000), strict=True))


def test_a_busy_hub_is_asked_again_and_nothing_is_lost() -> None:
    class BusyOnce(Heard):
        tries = 0

        async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
            self.tries += 1
            if self.tries == 1:
                raise Busy(0)
            return await super().publish(message, feeds)

    clock = DemoClock(0)
    clock.run(1e5)
    heard = BusyOnce(clock)
    asyncio.run(Agencies([lines(100)], FEEDS).go_on(heard, clock, lambda: False))
    assert heard.batches == [["0"]]


def test_it_ends_when_the_demo_has_ended() -> None:
    clock = DemoClock(0)
    clock.run(1.0)
    heard = Heard(clock)
    asyncio.run(Agencies([lines(10_000)], FEEDS).go_on(heard, clock, lambda: True))
    assert heard.batches == []
