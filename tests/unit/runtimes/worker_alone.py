"""A worker with a broker that says nothing: what is asked of it is up to the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.people import HandClock

from cioghub.runtimes.kafka_workers import worker as module
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.runtimes.kafka_workers.worker import Part, Worker
from cioghub.settings import KafkaLogin
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.outbox import SqlOutbox

TOPIC = "found.hub"


class Signal:
    """Keeps who is to be told."""

    def connect(self, told: Callable[..., Awaitable[None]]) -> None:
        """Keep one."""
        self.tell = told


class QuietBroker:
    """Gives out partitions when the test says so, and has no message; `leaving` is its stop."""

    def __init__(self) -> None:
        self.on_partitions_assigned = Signal()
        self.on_partitions_revoked = Signal()
        self.crashed = False
        self.leaving: Callable[[], Awaitable[None]] = self.start

    async def start(self) -> None:
        """Be there."""

    async def stop(self) -> None:
        """Be gone."""
        await self.leaving()

    async def end_offsets(self, _: Any) -> dict[Any, int]:
        """Return that nothing was looked at."""
        return {}

    def topic(self, name: str, **_: Any) -> str:
        """Return a channel."""
        return name

    def agent(self, channel: str, **_: Any) -> Callable[[Any], None]:
        """Take an agent, to which nothing comes."""
        return lambda agent: None

    async def give(self) -> None:
        """Give the worker the partition on which the turn goes."""
        given = {module.TopicPartition(TOPIC, 0)}
        await self.on_partitions_assigned.tell(self, given)


def worker_alone(
    part: Part, broker: QuietBroker, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Worker:
    """Return a worker of a part, not started yet, beside a broker."""
    for name in ("faust_app", "producer_of", "watcher_of"):
        monkeypatch.setattr(module, name, lambda *given: broker)
    login = KafkaLogin(bootstrap="127.0.0.1:1", user="any", password_file=home / "none")
    outbox = SqlOutbox(open_database(home))
    return Worker(part, login, outbox, HandClock(), WorkerMetrics(part.name))


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)
