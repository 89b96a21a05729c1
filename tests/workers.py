"""The parts of the three workers on a real database; a test carries the messages."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from aiokafka.errors import KafkaConnectionError
from sqlalchemy import Engine, text

from cioghub.bootstrap import (
    checked_bundle,
    default_areas,
    default_rules,
    journey_of,
    picture_page,
    single_objects,
)
from cioghub.journey import Journey
from cioghub.ports.workers import Waiting
from cioghub.runtimes.kafka_workers.correlator import Correlator, Watch
from cioghub.runtimes.kafka_workers.messages import (
    Received,
    pass_message,
    share_message,
)
from cioghub.runtimes.kafka_workers.reporter import Reporter
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.stores import key_file
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.outbox import SqlOutbox
from cioghub.stores.sql.report_log import SqlReportLog
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.stores.sql.turns import SqlTurns
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.areas import read_areas
from cioghub.wire.kafka_events import avro_message

AREAS = read_areas(default_areas())
BUNDLE = checked_bundle(default_rules(), AREAS).bundle
AGENCY = {feed.source: party.id for party in BUNDLE.parties.parties for feed in party.feeds}
OBJECTS = single_objects()
PASSED = "shared.hub-correlation"


@dataclass
class SetClock:
    at: int = 0

    def now(self) -> int:
        return self.at


@dataclass
class Workers:
    """One worker of each kind on one database; the test carries the messages."""

    engine: Engine
    journey: Journey
    clock: SetClock = field(default_factory=SetClock)
    counts: Counter[str] = field(default_factory=Counter)
    due: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sharer = self.another_sharer()
        self.set = SqlCorrelatorSet(self.engine)
        self.correlator = Correlator(self.set, self.clock, self.count)
        self.watch = self.another_watch()
        self.outbox = SqlOutbox(self.engine)
        self.reporter = self.another_reporter()

    def another_reporter(self) -> Reporter:
        page = picture_page(default_areas(), AREAS, BUNDLE.parties)
        return Reporter(
            self.journey,
            SqlReportLog(self.engine),
            SqlTurns(self.engine),
            self.clock,
            page,
            Keeping(),
            self.count,
        )

    def another_sharer(self) -> Sharer:
        log = SqlSharingLog(self.engine, pass_message, share_message)
        return Sharer(self.journey, log, self.clock, OBJECTS, self.count)

    def another_watch(self) -> Watch:
        turns = SqlTurns(self.engine)
        return Watch(self.journey, self.set, turns, self.clock, Keeping(), self.due.append)

    def count(self, outcome: str, events: int) -> None:
        self.counts[outcome] += events

    def ask(self, question: str) -> list[Any]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


class Faulty(Journey):
    """A journey with a fault: it cannot take one event."""

    fails_on = ""

    def take_all(self, published: Sequence[Any], at: int | None = None) -> Any:
        if any(one["id"] == self.fails_on for one in published):
            raise ZeroDivisionError
        return super().take_all(published, at)


@contextmanager
def workers_in(folder: Path) -> Iterator[Workers]:
    """Give workers on a new database in a folder."""
    engine = open_database(folder / "home")
    yield Workers(engine, journey_in(folder))
    engine.dispose()


def journey_in(folder: Path) -> Journey:
    """Return the shipped journey, with keys of its own in a folder."""
    made = journey_of(BUNDLE, key_file.load_or_make(folder / "keys.json"))
    journey = Faulty.__new__(Faulty)
    journey.__dict__.update(made.__dict__)
    return journey


def raw(events: list[dict]) -> list[Received]:
    """Return events as messages of their agencies' topics."""
    found = []
    for offset, event in enumerate(events):
        message = avro_message(event, OBJECTS)
        topic = incident_topic(AGENCY[event["source"]])
        found.append(Received(topic, 0, offset, tuple(message.headers), message.value))
    return found


def received(waiting: list[Waiting], topic: str) -> list[Received]:
    """Return what was sent on one topic as its reader receives it."""
    return [
        Received(topic, 0, one.number, (), one.message.value)
        for one in waiting
        if one.message.topic == topic
    ]


def simulated(days: int) -> list[dict]:
    run = Simulation(AREAS, Simulated(1, date(2026, 1, 5), days, 1.0))
    events = [orjson.loads(line) for part in run.lines() for line in part.splitlines()]
    once = {(one["source"], one["id"]): one for one in events}
    return sorted(once.values(), key=lambda one: parse_rfc3339(one["time"]))


def shared(workers: Workers, events: list[dict]) -> list[Waiting]:
    workers.clock.at = parse_rfc3339(events[-1]["time"])
    return workers.sharer.handle(raw(events))


class Topic:
    """Hands each message to a sharer, as a topic and a worker between them would."""

    def __init__(self, sharer: Sharer | None) -> None:
        self._sharer = sharer
        self._working = ThreadPoolExecutor(1)
        self.sent: list[Received] = []
        self.keys: list[bytes] = []

    async def start(self) -> None:
        """Be there."""

    async def stop(self) -> None:
        """Be gone."""
        self._working.shutdown()

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> asyncio.Future[None]:
        """Take a message; what is returned is done once it is kept."""
        message = Received(topic, 0, len(self.sent), tuple(headers), value)
        self.sent.append(message)
        self.keys.append(key)
        if self._sharer is not None:
            self._working.submit(self._sharer.handle, [message])
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        kept.set_result(None)
        return kept


class Away(Topic):
    """A broker that nobody reaches."""

    async def start(self) -> None:
        """Fail."""
        raise KafkaConnectionError
