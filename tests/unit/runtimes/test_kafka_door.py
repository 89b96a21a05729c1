"""The door of a web process: whom it puts off, and which errors end its connection to the broker.

A test is the topic between the door and the sharer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import orjson
import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
)
from tests.unit.web.agencies.records import fire
from tests.workers import BUNDLE, OBJECTS, Away, Topic, Workers

from cioghub.live.dry_door import DryDoor
from cioghub.ports.intake import Answer, Busy, Message, Mode, Why
from cioghub.runtimes.kafka_workers import door as door_module
from cioghub.runtimes.kafka_workers.door import KafkaDoor
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.runtimes.kafka_workers.web_metrics import WebMetrics
from cioghub.stores.sql.answers import SqlAnswers
from cioghub.stores.sql.seal import SqlSeal
from cioghub.vocabulary.buckets import parse_rfc3339

FIRE = "/warwickshire-fire/incident"


class Failing(Topic):
    """A topic that does one thing to what is sent first, and takes the rest.

    An error is raised for it, or None lets it wait until `fail` is called; then it fails.
    """

    def __init__(self, sharer: Sharer, error: KafkaError | None, confirms: bool = False) -> None:
        super().__init__(sharer)
        self._error = error
        self._confirms = confirms
        self._first: asyncio.Future[None] | None = None
        self.came = asyncio.Event()

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> asyncio.Future[None]:
        """Take a message, unless it is the first."""
        if self._first is not None:
            return await super().send(topic, key, value, headers)
        self._first = asyncio.get_running_loop().create_future()
        self.came.set()
        if self._error is not None:
            raise self._error
        if not self._confirms:
            await self._first
        return self._first

    def fail(self) -> None:
        """Let what was sent first fail as it does when the connection is lost."""
        assert self._first is not None
        self._first.set_exception(KafkaConnectionError())


def door_of(workers: Workers, *topics: Topic, patience: float = 10.0) -> KafkaDoor:
    """Return a door that sends to a topic, to the next once that is lost, to the last for good."""
    workers.clock.at = parse_rfc3339(fire()["time"])
    made: Iterator[Any] = chain(topics, repeat(topics[-1]))
    return KafkaDoor(
        lambda: next(made),
        SqlAnswers(workers.engine),
        DryDoor(workers.journey, workers.clock),
        SqlSeal(workers.engine).seal,
        BUNDLE,
        OBJECTS,
        WebMetrics(lambda: (), workers.clock.now),
        patience,
    )


def one_event(id: str) -> Message:
    return Message(Mode.STRUCTURED, orjson.dumps(fire(id=id)))


async def answer_to(door: KafkaDoor, id: str) -> Answer:
    (verdict,) = await door.publish(one_event(id), frozenset({FIRE}))
    return verdict.answer


async def why_not(door: KafkaDoor, id: str) -> Why:
    with pytest.raises(Busy) as busy:
        await door.publish(one_event(id), frozenset({FIRE}))
    return busy.value.why


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError, MessageSizeTooLargeError, None])
def test_what_is_wrong_with_one_topic_keeps_no_other_message_back(
    workers: Workers, error: type[KafkaError] | None
) -> None:
    async def check() -> None:
        topic = Failing(workers.sharer, error and error())
        door = door_of(workers, topic, Away(None), patience=0.5)
        async with door.open():
            await asyncio.sleep(0)
            assert await why_not(door, "barred") is Why.NO_VERDICT
            door._patience = 10.0
            assert await answer_to(door, "after") is Answer.ACCEPTED

    asyncio.run(check())


def test_a_partition_that_confirms_nothing_keeps_no_other_message_back(workers: Workers) -> None:
    async def check() -> None:
        topic = Failing(workers.sharer, None, confirms=True)
        door = door_of(workers, topic, Away(None), patience=1.5)
        async with door.open():
            stuck = asyncio.create_task(why_not(door, "stuck"))
            await topic.came.wait()
            assert await answer_to(door, "beside-it") is Answer.ACCEPTED
            assert await stuck is Why.NO_VERDICT
            assert await answer_to(door, "after-it") is Answer.ACCEPTED

    asyncio.run(check())


def test_a_lost_connection_is_made_anew_and_its_late_errors_do_not_end_the_new_one(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "RETRY_SECONDS", 0.01)

    async def check() -> None:
        late = Failing(workers.sharer, None, confirms=True)
        lost, good = Failing(workers.sharer, KafkaConnectionError()), Topic(workers.sharer)
        door = door_of(workers, late, lost, good, Away(None))
        async with asyncio.timeout(30), door.open():
            waits = asyncio.create_task(why_not(door, "late"))
            await late.came.wait()
            door._doubt(late)
            while door._producer is not lost:
                await asyncio.sleep(0.01)
            assert await why_not(door, "lost") is Why.NO_VERDICT
            while door._producer is not good:
                await asyncio.sleep(0.01)
            late.fail()
            assert await waits is Why.NO_VERDICT
            assert await answer_to(door, "anew") is Answer.ACCEPTED

    asyncio.run(check())


@pytest.mark.parametrize(
    ("bound", "most"), [("MOST_READING", 1), ("MOST_READING_BYTES", 600), ("MOST_WAITING", 0)]
)
def test_who_comes_while_much_is_read_is_put_off_before_any_work(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(door_module, bound, most)

    async def check() -> None:
        door = door_of(workers, Topic(workers.sharer))
        async with door.open():
            with door._validating:
                first = asyncio.create_task(door.publish(one_event("first"), frozenset({FIRE})))
                await asyncio.sleep(0)
                assert await asyncio.wait_for(why_not(door, "second"), 5) is Why.LOAD
            await asyncio.wait([first])
            first.exception()

    asyncio.run(check())
