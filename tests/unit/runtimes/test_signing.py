"""Signing beside a reporter: it holds up nothing, and what it contradicts ends the worker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.runtimes.worker_alone import TOPIC, QuietBroker, until, worker_alone

from cioghub.errors import EnvironmentFailed
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.runtimes.kafka_workers.signing import Signing
from cioghub.runtimes.kafka_workers.worker import Part


class Signer:
    """Does what the test says; returns that all is signed."""

    def __init__(self, does: Callable[[], None]) -> None:
        self._does = does

    def follow(self) -> int:
        """Do it."""
        self._does()
        return 1


def contradicted() -> None:
    raise EnvironmentFailed("The ledger does not belong to this hub's log.")


def away() -> None:
    raise OSError("the database is away")


def reporter(sign: Callable[[], None], taken: list[int]) -> Part:
    return Part("reporter", (TOPIC,), lambda group: [], lambda: taken.append(1), beside=sign)


def signed_at(metrics: WorkerMetrics) -> float | None:
    name = "ciog_worker_signed_timestamp_seconds"
    return metrics.registry.get_sample_value(name, {"worker": "reporter"})


def test_whoever_watches_sees_when_the_ledger_was_in_step() -> None:
    metrics = WorkerMetrics("reporter")
    Signing(Signer(away), metrics.signed).sign()  # the log keeps what is due
    assert signed_at(metrics) == 0
    Signing(Signer(lambda: None), metrics.signed).sign()
    assert (signed_at(metrics) or 0) > 0


def test_a_ledger_that_contradicts_the_log_ends_the_worker_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        broker = QuietBroker()
        sign = Signing(Signer(contradicted), lambda: None).sign
        worker = worker_alone(reporter(sign, []), broker, tmp_path, monkeypatch)
        running = asyncio.create_task(worker.run(asyncio.Event()))
        await until(lambda: hasattr(broker.on_partitions_assigned, "tell"))
        await broker.give()
        async with asyncio.timeout(30):
            await running

    with pytest.raises(EnvironmentFailed, match="does not belong to this hub's log"):
        asyncio.run(run())


def test_a_turn_is_taken_while_a_long_ledger_is_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs, goes_on = threading.Event(), threading.Event()
    taken: list[int] = []

    def long() -> None:
        signs.set()
        goes_on.wait()

    async def run() -> None:
        broker, stop = QuietBroker(), asyncio.Event()
        sign = Signing(Signer(long), lambda: None).sign
        worker = worker_alone(reporter(sign, taken), broker, tmp_path, monkeypatch)
        running = asyncio.create_task(worker.run(stop))
        await until(lambda: hasattr(broker.on_partitions_assigned, "tell"))
        try:
            await broker.give()
            await until(signs.is_set)
            async with asyncio.timeout(30):
                await broker.give()
        finally:
            goes_on.set()
        stop.set()
        await running

    asyncio.run(run())
    assert taken == [1, 1]
