"""A worker that is to end ends, and its process with it, whatever hangs."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.unit.runtimes.worker_alone import TOPIC, QuietBroker, until, worker_alone

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed
from cioghub.runtimes.kafka_workers import opening
from cioghub.runtimes.kafka_workers import worker as module
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.runtimes.kafka_workers.worker import Part, Stalled, Worker

CONTRADICTED = "The ledger does not belong to this hub's log."


class Ended(BaseException):
    """The process has ended, with a code."""


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker have little time to leave, and the end of a process be seen."""

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(module, "LAST_SECONDS", 0.05)
    monkeypatch.setattr(os, "_exit", end)


async def run(worker: Worker, broker: QuietBroker, stop: asyncio.Event) -> None:
    """Let a worker have the turn, then stop it."""
    running = asyncio.create_task(worker.run(stop))
    await until(lambda: hasattr(broker.on_partitions_assigned, "tell"))
    await broker.give()
    stop.set()
    await running


def reporter(**more: Any) -> Part:
    return Part("reporter", (TOPIC,), lambda group: [], lambda: None, **more)


def test_who_leaves_in_time_does_not_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = QuietBroker()
    worker = worker_alone(reporter(), broker, tmp_path, monkeypatch)
    asyncio.run(run(worker, broker, asyncio.Event()))
    assert not worker.hangs


@pytest.mark.usefixtures("ends")
def test_who_cannot_leave_its_group_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = QuietBroker()
    worker = worker_alone(reporter(), broker, tmp_path, monkeypatch)

    async def stays() -> None:
        await asyncio.Event().wait()

    broker.leaving = stays
    with pytest.raises(Stalled):
        asyncio.run(run(worker, broker, asyncio.Event()))
    assert worker.hangs


@pytest.mark.usefixtures("ends")
def test_who_does_not_end_what_it_has_begun_hangs_and_says_what_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, over = threading.Event(), threading.Event()

    def beat() -> Iterator[list[Any]]:
        begun.set()
        over.wait()
        yield from ()

    def contradicted() -> None:
        begun.wait()
        raise EnvironmentFailed(CONTRADICTED)

    broker = QuietBroker()
    part = reporter(beat=beat, beside=contradicted)
    worker = worker_alone(part, broker, tmp_path, monkeypatch)

    async def ended() -> None:
        running = asyncio.create_task(worker.run(asyncio.Event()))
        await until(lambda: hasattr(broker.on_partitions_assigned, "tell"))
        await broker.give()
        await running

    with pytest.raises(EnvironmentFailed, match=CONTRADICTED):
        asyncio.run(ended())
    over.set()
    assert worker.hangs


class Hanging:
    """A worker that has ended for a reason, and of which something goes on."""

    hangs = True

    def __init__(self, why: Exception) -> None:
        self._why = why

    async def run(self, stop: asyncio.Event) -> None:
        """End."""
        raise self._why


@pytest.mark.usefixtures("ends", "quiet")
@pytest.mark.parametrize(
    ("why", "words"),
    [
        (EnvironmentFailed(CONTRADICTED), CONTRADICTED),
        (OSError("the broker is away"), "The reporter has ended: OSError."),
        (ValueError("a fault of the program"), "The reporter has ended: ValueError."),
        (Stalled(), "The reporter has ended: Stalled."),
    ],
    ids=lambda one: type(one).__name__,
)
def test_the_process_of_a_worker_that_hangs_ends_and_says_why(
    why: Exception, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("x")
    opened = Hanging(why), WorkerMetrics("reporter")
    monkeypatch.setattr(opening, "open_worker", lambda *given: opened)
    env = {
        "CIOG_HOME": str(tmp_path),
        "CIOG_KAFKA": "127.0.0.1:1",
        "CIOG_KAFKA_USER": "reporter",
        "CIOG_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
    }
    said: list[str] = []
    monkeypatch.setattr("click.echo", lambda text, **more: said.append(text))
    with pytest.raises(Ended, match="3"):
        CliRunner(env=env).invoke(ciog, ["kafka", "worker", "reporter"], catch_exceptions=False)
    assert said[0].startswith(words)
