"""One engine that `kafka_figures.py` measures, in a process of its own.

`python -m tests.benchmarks.kafka_engines ENGINE EVENTS` handles what lies on the
agencies' topics, and prints one JSON line when it has handled the first tenth of the events, and
one when it has handled all. It talks to the broker as a worker does: SCRAM over TLS.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

import faust
from aiokafka import AIOKafkaConsumer

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.ports.workers import SHARER
from cioghub.runtimes.kafka_workers.alone import run_alone
from cioghub.runtimes.kafka_workers.client import faust_app
from cioghub.runtimes.kafka_workers.messages import Received
from cioghub.runtimes.kafka_workers.opening import open_worker
from cioghub.settings import read_kafka_login, read_settings
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.areas import read_areas

OUT = "bench-out"
AT = 1_771_200_000
"""The hub's clock while it is measured: 2026-02-16, after every event."""

LAPS = 10
"""How often the bare consumer reads the topics: once would be over too soon to be measured."""


class StoppedClock:
    """Always tells the same time."""

    def now(self) -> int:
        return AT


def topics() -> list[str]:
    """Return the topics of all agencies."""
    bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
    return sorted(incident_topic(party.id) for party in bundle.parties.parties if party.feeds)


def say(events: int) -> None:
    """Say how many events are handled, when, and what it has cost this process."""
    said = {"events": events, "at": time.monotonic(), "cpu": time.process_time()}
    print(json.dumps(said), flush=True)


async def watch(handled: Callable[[], int], events: int) -> None:
    """Say when a tenth of the events is handled, and when all are."""
    for goal in (events // 10, events):
        while handled() < goal:
            await asyncio.sleep(0.01)
        say(handled())


async def bare(events: int) -> None:
    """Read with the client that everything stands on, and do nothing."""
    consumer = AIOKafkaConsumer(
        *topics(),
        **read_kafka_login().client(),
        group_id="bench.bare",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    handled = 0
    reading = asyncio.create_task(watch(lambda: handled, events * LAPS))
    for lap in range(1, LAPS + 1):
        while handled < events * lap:
            found = await consumer.getmany(timeout_ms=200, max_records=500)
            handled += sum(map(len, found.values()))
        await consumer.seek_to_beginning()
    await reading
    await consumer.stop()


async def bare_faust(events: int) -> None:
    """Consume with faust and send each event on, awaited, as its own documentation does."""
    app: Any = faust_app(read_kafka_login(), "bench.faust", None)
    out = app.topic(OUT, key_serializer="raw", value_serializer="raw")
    handled = 0

    async def agent(stream: faust.Stream[bytes]) -> None:
        nonlocal handled
        async for event in stream.events():
            await out.send(key=event.message.key, value=event.message.value)
            handled += 1

    for topic in topics():
        channel = app.topic(topic, key_serializer="raw", value_serializer="raw")
        app.agent(channel, name=f"bench.{topic}", concurrency=1)(agent)
    await app.start()
    await watch(lambda: handled, events)
    await app.stop()


async def sharer(events: int) -> None:
    """Do what the hub's sharer does, whole."""
    worker, metrics = open_worker(
        SHARER, read_settings(), read_kafka_login(), set_clock=StoppedClock()
    )
    stop = asyncio.Event()
    handled = 0
    tell = metrics.handled

    def count(group: Sequence[Received], seconds: float) -> None:
        nonlocal handled
        handled += len(group)
        tell(group, seconds)

    # To ask the metrics a hundred times a second would be measured as well.
    with patch.object(metrics, "handled", count):
        running = asyncio.create_task(worker.run(stop))
        watching = asyncio.create_task(watch(lambda: handled, events))
        await asyncio.wait((running, watching), return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await running


ENGINES = {"bare": bare, "faust": bare_faust, "faust-as-workers": bare_faust, "sharer": sharer}
AS_WORKERS = ("faust-as-workers", "sharer")
"""What runs on the loop of workers; faust is measured on its own as well."""


def main() -> None:
    """Run one engine to its end."""
    logging.basicConfig(level=logging.WARNING)
    name, events = sys.argv[1:]
    run = run_alone if name in AS_WORKERS else asyncio.run
    run(ENGINES[name](int(events)))


if __name__ == "__main__":
    main()
