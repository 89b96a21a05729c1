"""What an event costs the sharer and its database, by how many events a group has; no broker.

Costs are in floors: a floor is to parse an event's JSON, make one HMAC and write its JSON with the
standard library, measured between the groups of the same run.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import orjson
from tests.benchmarks.journey import floor_of
from tests.benchmarks.kafka_engines import StoppedClock
from tests.benchmarks.kafka_ground import cpu_of, simulated
from tests.postgres import PostgresServer, postgres_server

from cioghub.bootstrap import (
    checked_bundle,
    default_areas,
    default_rules,
    journey_of,
    key_ring,
    single_objects,
)
from cioghub.journey import Journey
from cioghub.runtimes.kafka_workers.messages import Received, pass_message, share_message
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.settings import Settings
from cioghub.stores.sql.database import database_at
from cioghub.stores.sql.outbox import SqlOutbox
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.areas import read_areas
from cioghub.wire.kafka_events import avro_message

SIZES = (10, 50, 200, 800)
EVENTS = 3_000
REPEATS = 3


class Cost(NamedTuple):
    """Floors an event of the sharer and of the database, and wall milliseconds of a group."""

    sharer: float
    database: float
    group: float


def cost(
    postgres: PostgresServer,
    journey: Journey,
    messages: Sequence[Received],
    bodies: Sequence[bytes],
    size: int,
) -> Cost:
    """Return what groups of a size cost, on an empty database."""
    engine = database_at(postgres.migrated())
    log = SqlSharingLog(engine, pass_message, share_message)
    outbox = SqlOutbox(engine)
    sharer = Sharer(journey, log, StoppedClock(), single_objects(), lambda outcome, events: None)
    database = cpu_of(postgres.pid)
    worked = floor = wall = 0.0
    for n in range(0, len(messages), size):
        began, clock = time.process_time(), time.monotonic()
        waiting = sharer.handle(messages[n : n + size])
        outbox.sent(one.number for one in waiting)
        worked += time.process_time() - began
        wall += time.monotonic() - clock
        floor += floor_of(bodies[n : n + size])
    database = cpu_of(postgres.pid) - database
    engine.dispose()
    return Cost(worked / floor, database / floor, wall / (len(messages) / size) * 1e3)


def main() -> None:
    """Measure, and print a table."""
    bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
    topics = {
        feed.source: incident_topic(party.id)
        for party in bundle.parties.parties
        for feed in party.feeds
    }
    objects = single_objects()
    events = simulated(bundle.areas)[:EVENTS]
    messages = []
    for number, event in enumerate(events):
        made = avro_message(event, objects)
        headers: tuple[tuple[str, bytes | None], ...] = tuple(made.headers)
        messages.append(Received(topics[event["source"]], 0, number, headers, made.value))
    bodies = [orjson.dumps(event) for event in events]
    found: Mapping[int, list[Cost]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as home, postgres_server(fsync=True) as postgres:
        journey = journey_of(bundle, key_ring(None, Settings(home=Path(home))))
        cost(postgres, journey, messages, bodies, SIZES[-1])  # what is remembered by value
        for _ in range(REPEATS):
            for size, costs in found.items():
                costs.append(cost(postgres, journey, messages, bodies, size))
    print(f"load {os.getloadavg()[0]:.0f}\n\n| events of a group | sharer | PostgreSQL | ms |")
    print("|---|---|---|---|")
    for size, costs in found.items():
        sharer, database, group = (median(column) for column in zip(*costs, strict=True))
        print(f"| {size} | {sharer:.1f} | {database:.1f} | {group:.0f} |")


if __name__ == "__main__":
    main()
