"""What `kafka_figures.py` measures on: a real broker, a real PostgreSQL, the same messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import psycopg
from kafka import KafkaAdminClient
from tests.benchmarks.kafka_engines import OUT
from tests.kafka.broker import Broker, running_broker
from tests.kafka.hub import HubOnKafka
from tests.postgres import PostgresServer, postgres_server

from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.vocabulary.areas import Areas

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
RATE, FIRST, DAYS = 40.0, date(2026, 1, 5), 5


class Run(NamedTuple):
    """One run of an engine: events and wall seconds, CPU seconds of each process, and bytes of
    the database's write-ahead log."""

    events: int
    seconds: float
    worker: float
    broker: float
    database: float
    log: float

    @property
    def rate(self) -> float:
        """Events a second, by the wall clock."""
        return self.events / self.seconds

    @property
    def cpu(self) -> tuple[float, float, float]:
        """CPU seconds for a million events: worker, broker, database."""
        each = 1e6 / self.events
        return self.worker * each, self.broker * each, self.database * each


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and its children, those that have ended included."""
    total = 0.0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:  # it ended meanwhile: its parent has its time
        return 0.0
    total += sum(map(int, fields[11:15])) / TICKS
    return total + sum(cpu_of(int(child)) for child in children)


@dataclass
class Ground:
    """A broker with events on it and a database server, both as in production but for copies."""

    broker: Broker
    postgres: PostgresServer
    folder: Path
    hub: HubOnKafka
    events: int

    def run(self, engine: str) -> tuple[Run, str]:
        """Let an engine handle all events, from the beginning; return also its database's URL."""
        url = self.postgres.migrated()
        self.hub.url = url
        self.hub.forget_groups("sharer", "bench.bare", "bench.faust")
        environment = self.hub.environment("sharer")
        if engine != "sharer":
            environment |= self.broker.admin.environment
        command = [sys.executable, "-m", "tests.benchmarks.kafka_engines", engine]
        with (self.folder / f"{engine}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, str(self.events)],
                env=environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert process.stdout is not None
        marks = []
        for line in process.stdout:
            servers = (cpu_of(self.broker.pid), cpu_of(self.postgres.pid))
            marks.append((json.loads(line), *servers, self._logged()))
        assert process.wait() == 0, (self.folder / f"{engine}.log").read_text()[-3000:]
        (began, *before), (ended, *after) = marks
        rest = [late - early for early, late in zip(before, after, strict=True)]
        return (
            Run(
                ended["events"] - began["events"],
                ended["at"] - began["at"],
                ended["cpu"] - began["cpu"],
                *rest,
            ),
            url,
        )

    def start_anew(self) -> None:
        """Empty the topics, and take an empty database."""
        self.hub.close()
        self.hub = HubOnKafka(self.broker, self.postgres.migrated(), self.folder)

    def _logged(self) -> float:
        with psycopg.connect(self.postgres.url("postgres")) as connection:
            asked = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"
            row = connection.execute(asked).fetchone()
        assert row is not None
        return float(row[0])


def simulated(areas: Areas) -> list[dict[str, Any]]:
    """Return the events that everything here is measured with."""
    run = Simulation(areas, Simulated(1, FIRST, DAYS, RATE))
    return [orjson.loads(line) for part in run.lines() for line in part.splitlines()]


@contextmanager
def ground() -> Iterator[Ground]:
    """Make both servers, and put the events onto the topics of their agencies."""
    with (
        tempfile.TemporaryDirectory() as name,
        postgres_server(fsync=True) as postgres,
        running_broker(Path(name), java_options=(), heap_mb=1024) as broker,
    ):
        folder = Path(name)
        hub = HubOnKafka(broker, postgres.migrated(), folder)
        with KafkaAdminClient(**broker.admin.kafka_python) as admin:
            admin.create_topics({OUT: {"num_partitions": 4}}, wait_for_metadata=True)
        events = simulated(hub.bundle.areas)
        hub.publish(events)
        made = Ground(broker, postgres, folder, hub, len(events))
        try:
            yield made
        finally:
            made.hub.close()


def size_of(folder: Path, topics: str) -> int:
    """Return the bytes of the segments of topics (a pattern) in a broker's folder."""
    return sum(one.stat().st_size for one in folder.glob(f"{topics}-*/*.log"))


def tables_of(url: str) -> dict[str, int]:
    """Return the bytes of the tables of a database, with their indexes."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(rows.fetchall())
