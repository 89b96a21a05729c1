"""Runs one worker: from its topics to its part of the journey, and on to the topics after it.

Rules for editors:
1. What is sent was kept first, and is let go at its source only once it was sent. Whatever ends
   between two of these is done again, and has one effect.
2. Nothing blocks the loop: the database is asked in threads.
3. Whatever is wrong with the worker ends it. Starting it again is for who runs it.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka import TopicPartition

from cioghub.ports.clock import Clock
from cioghub.ports.workers import TurnLost, Waiting
from cioghub.runtimes.kafka_workers.client import faust_app, producer_of, send_all, watcher_of
from cioghub.runtimes.kafka_workers.groups import Groups
from cioghub.runtimes.kafka_workers.hands import Hand
from cioghub.runtimes.kafka_workers.messages import Received
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.settings import KafkaLogin
from cioghub.stores.sql.outbox import SqlOutbox

BEAT_SECONDS = 0.3
FORGET_SECONDS = 0.25
WATCH_SECONDS = 5.0
STALL_SECONDS = 60.0
LEFT_BEHIND_SECONDS = 15
"""A message that waits so long was left by a worker that ended."""

LAST_SECONDS = 10
"""So long each thing that was begun may take when the worker ends."""

FOREVER = 2**62


class Stalled(Exception):
    """A partition with events has not moved for a minute, or none was given out for two; or what
    was begun did not come to its end when the worker was to end.
    """


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of worker does with the messages of its topics.

    `take_turn` is there for what one worker at a time does: the one that has the first partition of
    the first topic. While it has the turn `beat` is called over and over, and so is `beside`, which
    may take long: nothing waits for it. `waits` says that its messages are handled in its turn
    alone, `hands` how many threads may call `handle` at once, each for partitions of its own.
    """

    name: str
    topics: tuple[str, ...]
    handle: Callable[[Sequence[Received]], list[Waiting]]
    take_turn: Callable[[], None] | None = None
    beat: Callable[[], Iterator[list[Waiting]]] | None = None
    beside: Callable[[], None] | None = None
    waits: bool = False
    hands: int = 1


class Worker:
    """One worker of a kind.

    Once it has run, `hangs` says that something of it did not end in its time: only the end of its
    process is sure to end that.
    """

    def __init__(
        self,
        part: Part,
        login: KafkaLogin,
        outbox: SqlOutbox,
        clock: Clock,
        metrics: WorkerMetrics,
        instance: str | None = None,
    ) -> None:
        self._part = part
        self._login = login
        self._outbox = outbox
        self._clock = clock
        self._metrics = metrics
        self._instance = instance
        self._handling = [Hand(f"handling {n}") for n in range(part.hands)]
        self._outgoing = Hand("outgoing")
        self._sent: list[int] = []
        self._forgetting = asyncio.Lock()
        self._beating = Hand("beating")
        self._beside = Hand("beside")
        self._oldest: dict[int, float] = {}
        self._stopping = False
        self.hangs = False
        self._partitions: set[TopicPartition] = set()
        self._waits_since: float | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop.

        Raises:
            Stalled: it stands still.
            Exception: the database or the broker is away.
        """
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        self._failure: asyncio.Future[None] = loop.create_future()
        self._mine = asyncio.Event()
        self._producer = producer_of(self._login)
        self._app = self._made()
        await self._producer.start()
        self._waits_since = time.monotonic()
        tasks: list[asyncio.Task[Any]] = []
        try:
            await self._app.start()
            chores = [self._watch(), self._pick_up(), self._forget_sent()]
            if self._part.beat is not None:
                chores.append(self._beat())
            if self._part.beside is not None:
                chores.append(self._do_beside(self._part.beside))
            tasks = [asyncio.create_task(one) for one in chores]
            stopped = asyncio.create_task(stop.wait())
            ends: list[asyncio.Future[Any]] = [stopped, self._failure, *tasks]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            for task in tasks:
                if task.done():
                    task.result()
            if self._failure.done():
                self._failure.result()
        finally:
            self._stopping = True
            for task in tasks:
                task.cancel()
            await self._let_go()
        if self.hangs:
            raise Stalled

    async def _let_go(self) -> None:
        """Leave the group and the broker, unless that takes long: who cannot leave is put out."""
        # Who comes next sends what is left: before the group is left as little as can be.
        sent = self._let_go_of_sent
        for leave in (sent, self._app.stop, sent, self._producer.stop):
            # Whoever waits for a task that it cancelled could wait for ever.
            leaving = [asyncio.ensure_future(leave())]
            _, stays = await asyncio.wait(leaving, timeout=LAST_SECONDS)
            self.hangs |= bool(stays)
        for hand in (*self._handling, self._outgoing, self._beating, self._beside):
            self.hangs |= not hand.rest(LAST_SECONDS)

    def _made(self) -> Any:
        app: Any = faust_app(self._login, self._part.name, self._instance)
        for topic in self._part.topics:
            handles = [partial(self._handle, hand) for hand in self._handling]
            groups = Groups(handles, self._metrics.handled, self._fail)

            async def agent(stream: Any, groups: Groups = groups) -> None:
                try:
                    await groups.gather(stream.noack().events())
                    if not self._stopping:
                        raise Stalled  # a stream ends with its worker, and never before
                except Exception as error:
                    await self._fail(error)
                    raise

            channel = app.topic(topic, key_serializer="raw", value_serializer="raw")
            app.agent(channel, name=f"{self._part.name}.{topic}", concurrency=1)(agent)
        app.on_partitions_assigned.connect(self._assigned)
        app.on_partitions_revoked.connect(self._revoked)
        return app

    async def _fail(self, error: BaseException) -> None:
        if not self._failure.done():
            self._metrics.failed(error)
            self._failure.set_exception(error)

    async def _handle(self, hand: Hand, group: Sequence[Received]) -> None:
        if self._part.waits:
            await self._mine.wait()
        self._oldest[id(group)] = min(one.at for one in group)
        began = time.monotonic()
        waiting = await hand.do(self._part.handle, group)
        self._metrics.kept(time.monotonic() - began)
        await self._send(waiting)
        self._oldest.pop(id(group), None)

    async def _send(self, waiting: Sequence[Waiting]) -> None:
        await send_all(self._producer, waiting)
        self._sent += [one.number for one in waiting]

    async def _forget_sent(self) -> None:
        """Let go of what was sent, of many groups at once: each time costs a transaction."""
        while True:
            await asyncio.sleep(FORGET_SECONDS)
            await self._let_go_of_sent()

    async def _let_go_of_sent(self) -> None:
        async with self._forgetting:
            if sent := tuple(self._sent):
                await self._outgoing.do(self._outbox.sent, sent)
                del self._sent[: len(sent)]

    async def _assigned(self, app: Any, *given: Any, **more: Any) -> None:
        (assigned,) = given or (more["assigned"],)
        self._metrics.rebalanced()
        self._waits_since = None
        self._partitions = {TopicPartition(one.topic, one.partition) for one in assigned}
        if self._part.take_turn is None:
            return
        if TopicPartition(self._part.topics[0], 0) not in self._partitions:
            return
        try:
            await self._beating.do(self._part.take_turn)
            # What the one before kept and did not send goes first: it was found first.
            await self._let_go_of_sent()
            left = await self._outgoing.do(self._outbox.waiting, self._part.name, FOREVER)
            await self._send(left)
        except Exception as error:
            await self._fail(error)
            return
        self._mine.set()
        self._metrics.turn(True)

    async def _revoked(self, app: Any, *given: Any, **more: Any) -> None:
        self._waits_since = time.monotonic()
        self._mine.clear()
        try:
            await self._let_go_of_sent()
        except Exception as error:
            await self._fail(error)
        self._metrics.turn(False)

    async def _beat(self) -> None:
        assert self._part.beat is not None
        while True:
            await self._mine.wait()
            try:
                found = self._part.beat()
                while (waiting := await self._beating.do(next, found, None)) is not None:
                    await self._send(waiting)
            except TurnLost:
                self._mine.clear()
                self._metrics.turn_lost()
            await asyncio.sleep(BEAT_SECONDS)

    async def _do_beside(self, what: Callable[[], None]) -> None:
        while True:
            await self._mine.wait()
            await self._beside.do(what)
            await asyncio.sleep(BEAT_SECONDS)

    async def _pick_up(self) -> None:
        """Send what a worker of this kind kept, and ended before it could send it."""
        while self._part.take_turn is None:
            await self._let_go_of_sent()
            await self._send(await self._outgoing.do(self._left))
            await asyncio.sleep(LEFT_BEHIND_SECONDS)
        await asyncio.Event().wait()

    def _left(self) -> list[Waiting]:
        return self._outbox.waiting(self._part.name, self._clock.now() - LEFT_BEHIND_SECONDS)

    async def _watch(self) -> None:
        """Say how far behind this worker is, and end it when it stands still."""
        watcher = watcher_of(self._login, self._part.name)
        moved: dict[TopicPartition, tuple[int, float]] = {}
        await watcher.start()
        try:
            while True:
                await asyncio.sleep(WATCH_SECONDS)
                if self._app.crashed or self._was_given_nothing():
                    raise Stalled
                mine = list(self._partitions)
                ends = await watcher.end_offsets(mine) if mine else {}
                begins = await watcher.beginning_offsets(mine) if mine else {}
                for one in mine:
                    come_to = max(await watcher.committed(one) or 0, begins[one])
                    lag = ends[one] - come_to
                    self._metrics.behind(one.topic, one.partition, lag)
                    last, since = moved.get(one, (-1, 0.0))
                    if last != come_to or lag <= 0:
                        moved[one] = (come_to, time.monotonic())
                    elif time.monotonic() - since > STALL_SECONDS:
                        raise Stalled
                for gone in moved.keys() - self._partitions:
                    del moved[gone]
                oldest = min(self._oldest.values(), default=None)
                self._metrics.oldest(0.0 if oldest is None else max(0.0, time.time() - oldest))
        finally:
            await watcher.stop()

    def _was_given_nothing(self) -> bool:
        """Say whether giving out partitions, to the last worker none, has not come to an end."""
        since = self._waits_since
        return since is not None and time.monotonic() - since > 2 * STALL_SECONDS
