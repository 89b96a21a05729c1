"""From publishing on a topic to a visible alert, through all workers, while others publish."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import orjson
import psycopg
from tests.benchmarks.kafka_ground import cpu_of
from tests.benchmarks.live import KNOT, PACE, event
from tests.benchmarks.live_server import AUDIENCE, FEED, HISTORY_DAYS
from tests.kafka.hub import HubOnKafka

from cioghub.bootstrap import single_objects
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.vocabulary.buckets import local_day, midnight, parse_rfc3339
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.kafka_events import avro_message

WORKERS = ("sharer", "correlator", "reporter")
COMMAND = (sys.executable, "-c", "from cioghub.cli.main import main; main()", "kafka", "worker")
AT_A_TIME = 500
PROBES = 100
MOST_SECONDS = 60.0


class Waits(NamedTuple):
    """Seconds from publishing to visible; meanwhile, events that came a second and CPU seconds
    that each worker used a second."""

    seconds: list[float]
    pace: float
    cores: dict[str, float]


def load_history(hub: HubOnKafka) -> None:
    """Let two months of the police come in, up to yesterday, and settle their midnights."""
    first = datetime.now(UTC).date() - timedelta(days=HISTORY_DAYS + 1)
    run = Simulation(hub.bundle.areas, Simulated(5, first, HISTORY_DAYS, 1.0))
    events = [orjson.loads(line) for part in run.lines() for line in part.splitlines()]
    timed = sorted(
        ((parse_rfc3339(one["time"]), one) for one in events if one["source"] == FEED),
        key=lambda pair: pair[0],
    )
    zone = ZoneInfo(hub.bundle.areas.timezone)
    known: set[str] = set()
    for n in range(0, len(timed), AT_A_TIME):
        part = timed[n : n + AT_A_TIME]
        hub.set_clock(part[-1][0])
        if not n:
            hub.start(*WORKERS)
        hub.publish(one for _, one in part)
        known.update(one["id"] for _, one in part)
        hub.until(lambda: hub.count("accepted") >= len(known), "what was published")
    now = int(time.time())
    hub.set_clock(now)
    last = midnight(local_day(now, zone), zone)
    asked = f"SELECT 1 FROM turn WHERE name = 'reporter' AND reached >= {last}"
    hub.until(lambda: bool(hub.rows(asked)), "the last midnight", patience=1800)
    for name in WORKERS:
        hub.end(name)


@contextmanager
def workers(hub: HubOnKafka) -> Iterator[None]:
    """Run the workers as an operator does, by the machine's clock."""
    for name in WORKERS:
        with (hub.folder / f"{name}.log").open("ab") as log:
            hub.workers[name] = subprocess.Popen(
                [*COMMAND, name],
                env=hub.environment(name),
                cwd=Path(__file__).parents[2],
                stdout=log,
                stderr=log,
            )
    yield
    for name in WORKERS:
        hub.end(name)


def used(hub: HubOnKafka) -> dict[str, float]:
    """Return the CPU seconds that each worker has used."""
    return {name: cpu_of(hub.workers[name].pid) for name in WORKERS}


def waits(hub: HubOnKafka) -> Waits:
    """Return how long alerts take while others publish `PACE` events a second."""
    objects = single_objects()
    topic = incident_topic(hub.agency[FEED])
    over = threading.Event()

    def publish(place: str, weapon: str | None) -> None:
        message = avro_message(event(place, weapon), objects)
        hub.send(topic, message.value, message.key, message.headers)

    def pace() -> None:
        began, sent = time.monotonic(), 0
        while not over.is_set():
            publish("E01031100", None)
            sent += 1
            time.sleep(max(0.0, began + sent / PACE - time.monotonic()))

    pacing = threading.Thread(target=pace)
    pacing.start()
    try:
        with psycopg.connect(hub.url, autocommit=True) as connection:

            def told() -> int:
                asked = "SELECT coalesce(max(cursor), 0) FROM told WHERE audience = %s"
                row = connection.execute(asked, [AUDIENCE]).fetchone()
                assert row is not None
                return int(row[0])

            def until_told(after: int) -> None:
                deadline = time.monotonic() + MOST_SECONDS
                while told() == after:
                    assert time.monotonic() < deadline, f"no alert is told\n{hub.logs()}"
                    time.sleep(0.01)

            time.sleep(5)
            before = told()
            for _ in range(12):  # enough of them are a knot
                publish(KNOT, "kitchen-knife")
            until_told(before)
            found = []
            began, first, before_cpu = time.monotonic(), hub.count("accepted"), used(hub)
            for _ in range(PROBES):
                time.sleep(0.7)
                before = told()
                published = time.monotonic()
                publish(KNOT, "kitchen-knife")
                until_told(before)
                found.append(time.monotonic() - published)
            lasted = time.monotonic() - began
            came = (hub.count("accepted") - first) / lasted
            cores = {name: (cpu - before_cpu[name]) / lasted for name, cpu in used(hub).items()}
    finally:
        over.set()
        pacing.join()
    return Waits(found, came, cores)
