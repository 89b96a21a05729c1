"""The door for events by HTTP where sharers judge: it asks them, and passes on what they answer.

Rules for editors:
1. The sharer alone accepts, so that an event has one verdict whichever way it came. Here is found
   only who may ask, and what is at fault: nothing of such an event may lie anywhere.
2. A sender who gets no verdict is told to send the same again. The broker may have it already: the
   sharer then finds its twin, and gives the verdict of the first.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from cioghub.live.judge import is_of_others
from cioghub.ports.intake import (
    MOST_BYTES,
    Answer,
    Busy,
    Consideration,
    Message,
    Verdict,
    Why,
)
from cioghub.runtimes.kafka_workers.asking import Ask, ask_message, at_fault_message, read_answer
from cioghub.runtimes.kafka_workers.hands import Hand
from cioghub.runtimes.kafka_workers.web_metrics import WebMetrics
from cioghub.steps.share.table import Bundle
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.cloud_events import Single, split
from cioghub.wire.json_lines import digest_of
from cioghub.wire.kafka_events import TopicMessage
from cioghub.wire.single_object import SingleObjects

MOST_WAITING = 20_000
"""Events that may wait for a verdict; who comes then is asked to come again."""

MOST_READING = 500
"""Messages that may be read and validated at once; who comes then is asked to come again."""

MOST_READING_BYTES = 16 * MOST_BYTES
"""The same of their bytes."""

EVERY_SECONDS = 0.02
"""The database is asked for answers so often, while anybody waits."""

PATIENCE_SECONDS = 10.0
"""So long a sender waits for the broker and the verdicts; a sharer that starts again takes less."""

_OF_ONE_MESSAGE = (
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
"""What is wrong with a topic, a right on it or a size: other messages go through all the same."""

RETRY_SECONDS = 2
AWAY_SECONDS = 5
_LOG = logging.getLogger("cioghub")

_Asking = tuple[str, Callable[[Ask], TopicMessage]]
"""The topic of an event, and what asks for its verdict."""


class HubAtFault(Exception):
    """The sharer could not judge an event, and the hub is to blame."""


class Answers(Protocol):
    """What sharers have answered."""

    def collect(self, door: str) -> Mapping[int, bytes]:
        """Return, once, the answers for a door, by the number of its question."""
        ...


class Dry(Protocol):
    """What only says what would become of an event."""

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        """Return what would become of the one event of a message; nothing is kept."""
        ...


class KafkaDoor:
    """The intake of one web process; `open` it in the loop that serves."""

    def __init__(
        self,
        made: Callable[[], AIOKafkaProducer],
        answers: Answers,
        dry: Dry,
        seal: Callable[[bytes], bytes | None],
        bundle: Bundle,
        objects: SingleObjects,
        metrics: WebMetrics,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """`made` makes a producer that sends each message once; `objects` encode events.

        `seal` seals what sharers alone may read, None while none ever ran.
        """
        self._made = made
        self._answers = answers
        self._dry = dry
        self._seal = seal
        self._metrics = metrics
        self._patience = patience
        self._topics = {
            source: incident_topic(party.id)
            for source, (party, _) in bundle.parties.feed_owners().items()
        }
        self._validate = Validator(
            bundle.parties, bundle.schemas, bundle.lists, bundle.areas, find_identifiers
        ).validate
        self._validating = threading.Lock()
        self._objects = objects
        self._name = secrets.token_hex(16)
        self._numbers = itertools.count()
        self._reading: list[int] = []
        self._asked: dict[int, asyncio.Future[Verdict]] = {}
        self._some = asyncio.Event()
        self._producer: AIOKafkaProducer | None = None
        self._lost = asyncio.Event()
        self._confirmed = 0.0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Pass events on; while the broker is away, senders are asked to come again."""
        hand = Hand("collecting")
        chores = [asyncio.create_task(self._connect()), asyncio.create_task(self._collect(hand))]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.wait(chores)
            hand.rest(RETRY_SECONDS)

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        """Return a verdict for each event of a message, once all accepted ones are on disk."""
        began = time.perf_counter()
        asking = await self._read(message, feeds)
        if len(self._asked) + len(asking) > MOST_WAITING:
            raise self._busy(Why.LOAD, RETRY_SECONDS)
        if self._producer is None:
            raise self._busy(Why.BROKER, AWAY_SECONDS)
        waits = await self._ask(self._producer, asking)
        verdicts = tuple(
            Verdict(Answer.NOT_YOURS, None, None) if wait is None else wait.result()
            for wait in waits
        )
        self._metrics.answered(verdicts, time.perf_counter() - began)
        return verdicts

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        """Return what would become of the one event of a message; nothing is kept."""
        return self._dry.consider(message, feeds)

    async def _read(self, message: Message, feeds: frozenset[str]) -> list[_Asking | None]:
        """Return what to ask of each event of a message, unless too much waits already."""
        size = len(message.body)
        if (
            len(self._asked) >= MOST_WAITING
            or len(self._reading) >= MOST_READING
            or sum(self._reading) + size > MOST_READING_BYTES
        ):
            raise self._busy(Why.LOAD, RETRY_SECONDS)
        self._reading.append(size)
        try:
            return await asyncio.to_thread(self._asking, message, feeds)
        finally:
            self._reading.remove(size)

    def _asking(self, message: Message, feeds: frozenset[str]) -> list[_Asking | None]:
        """Return what to ask of each event of a message, None of one that this sender may not."""
        return [self._one(event, feeds) for event in split(message)]

    def _one(self, event: Single, feeds: frozenset[str]) -> _Asking | None:
        if is_of_others(event.value, feeds):
            return None
        named = event.value.get("source") if isinstance(event.value, dict) else None
        # One that names no source goes where the sender's own events go.
        sources = [named] if isinstance(named, str) else sorted(feeds)
        topic = next((self._topics[one] for one in sources if one in self._topics), None)
        if topic is None:
            return None
        with self._validating:
            found = (
                self._validate(event.value)
                if event.fault is None
                else Rejected((event.fault,), None, None)
            )
        if isinstance(found, Rejected):
            sealed = self._seal(digest_of(event.body))
            if sealed is None:  # no sharer ever ran: nobody would answer
                raise self._busy(Why.NO_VERDICT, AWAY_SECONDS)
            return topic, lambda ask: at_fault_message(found, sealed, ask)
        return topic, lambda ask: ask_message(event.value, ask, self._objects)

    async def _ask(
        self, producer: AIOKafkaProducer, asking: Sequence[_Asking | None]
    ) -> list[asyncio.Future[Verdict] | None]:
        """Return each event's verdict, None for those of which nothing is asked."""
        loop = asyncio.get_running_loop()
        waits: list[asyncio.Future[Verdict] | None] = []
        mine: dict[int, asyncio.Future[Verdict]] = {}
        sent = []
        for one in asking:
            if one is None:
                waits.append(None)
                continue
            number, (topic, message) = next(self._numbers), one
            sent.append((topic, message(Ask(self._name, number))))
            mine[number] = loop.create_future()
            waits.append(mine[number])
        if not mine:
            return waits
        self._asked |= mine
        self._metrics.waiting(len(self._asked))
        self._some.set()
        began = time.perf_counter()
        given = confirmed = False
        try:
            async with asyncio.timeout(self._patience):
                taken = [
                    await producer.send(topic, key=one.key, value=one.value, headers=one.headers)
                    for topic, one in sent
                ]
                given = True
                await asyncio.gather(*taken)
                confirmed = True
                self._confirmed = time.perf_counter()
                await asyncio.wait(mine.values())
        except (KafkaError, TimeoutError) as error:
            if not confirmed:
                topics = ", ".join(sorted({topic for topic, _ in sent}))
                _LOG.warning("the broker takes nothing for %s: %s", topics, type(error).__name__)
                late = isinstance(error, TimeoutError)
                # A producer waits for a topic that it does not find, and may confirm others.
                alone = late and (not given or self._confirmed > began)
                if not alone and not isinstance(error, _OF_ONE_MESSAGE):
                    self._doubt(producer)
            raise self._busy(Why.NO_VERDICT, AWAY_SECONDS) from error
        finally:
            for number in mine:
                del self._asked[number]
            self._metrics.waiting(len(self._asked))
        return waits

    def _doubt(self, producer: AIOKafkaProducer) -> None:
        """Have another producer made, unless there is another already."""
        if self._producer is producer:
            self._lost.set()

    def _busy(self, why: Why, seconds: int) -> Busy:
        self._metrics.put_off(why)
        return Busy(seconds, why)

    async def _connect(self) -> None:
        """Keep a producer, and another one when the broker did not take what it sent."""
        while True:
            self._lost.clear()
            producer = None
            try:
                producer = self._made()
                await producer.start()
                self._producer = producer
                await self._lost.wait()
            except Exception as error:  # pages are served without a broker, too
                _LOG.warning("the broker lets nobody in: %s", type(error).__name__)
            finally:
                self._producer = None
                if producer is not None:
                    with suppress(Exception):
                        await asyncio.wait_for(producer.stop(), RETRY_SECONDS)
            await asyncio.sleep(RETRY_SECONDS)

    async def _collect(self, hand: Hand) -> None:
        while True:
            if not self._asked:
                self._some.clear()
                await self._some.wait()
            try:
                found = await hand.do(self._answers.collect, self._name)
            except Exception as error:  # a database that is busy now is asked again
                _LOG.warning("answers cannot be read: %s", type(error).__name__)
                await asyncio.sleep(1.0)
                continue
            for number, content in found.items():
                self._settle(number, content)
            await asyncio.sleep(EVERY_SECONDS)

    def _settle(self, number: int, content: bytes) -> None:
        future = self._asked.get(number)
        if future is None or future.done():
            return  # whoever asked has gone
        verdict = read_answer(content)
        if verdict is None:
            future.set_exception(HubAtFault("the sharer could not judge an event"))
        else:
            future.set_result(verdict)
