"""A hub of workers on a real broker and a real database, by a clock that the test sets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psycopg
from click.testing import CliRunner
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from tests.kafka.broker import Broker

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, single_objects
from cioghub.cli.main import ciog
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.areas import read_areas
from cioghub.wire.kafka_events import avro_message

PATIENCE = 180
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.kafka.worker_on_a_set_clock")


@dataclass
class HubOnKafka:
    """Topics, a database, and workers as processes."""

    broker: Broker
    url: str
    folder: Path
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
        self.agency = {
            feed.source: party.id for party in self.bundle.parties.parties for feed in party.feeds
        }
        self._objects = single_objects()
        self.clock = self.folder / "clock"
        self._make_topics()
        self._producer = KafkaProducer(**self.broker.admin.kafka_python, linger_ms=5)

    def _make_topics(self) -> None:
        """Make the topics and rights of the shipped files anew, with nothing in them."""
        kinds = ("incident.", "quarantine.", "shared.", "found.", "alert.", "picture.", "feed.")
        with KafkaAdminClient(**self.broker.admin.kafka_python) as admin:
            old = sorted(one for one in admin.list_topics() if one.startswith(kinds))
            if old:
                admin.delete_topics(old)
                self.until(lambda: not set(admin.list_topics()) & set(old), "old topics to go")
        self.forget_groups("sharer", "correlator", "reporter")
        made = CliRunner(env=self.broker.admin.environment).invoke(
            ciog, ["kafka", "apply", "--one-broker"], catch_exceptions=False
        )
        assert made.exit_code in (0, 1), made.output  # 1: passwords are left to a person

    def forget_groups(self, *names: str) -> None:
        """Let groups begin anew."""
        with KafkaAdminClient(**self.broker.admin.kafka_python) as admin:

            def gone() -> bool:  # a member that was killed stays for as long as its session
                left = set(names) & {one["group_id"] for one in admin.list_groups()}
                if left:
                    admin.delete_groups(sorted(left))
                return not left

            self.until(gone, "the groups of former workers to go")

    def set_clock(self, at: int) -> None:
        """Let it be a time, in whole seconds since 1970 UTC."""
        part = self.clock.with_suffix(".part")
        part.write_text(str(at))
        part.replace(self.clock)

    def start(self, *names: str, tree: Path = ROOT, instance: str | None = None) -> None:
        """Start workers; a second one of a kind is named `sharer-2`.

        `tree` is the checkout that they run from, `instance` a name that they give themselves.
        """
        more = [instance] if instance else []
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.workers[name] = subprocess.Popen(
                    [*COMMAND, name.partition("-")[0], str(self.clock), *more],
                    env=self.environment(name.partition("-")[0], tree),
                    cwd=tree,
                    stdout=log,
                    stderr=log,
                )

    def environment(self, worker: str, tree: Path = ROOT) -> dict[str, str]:
        """What a worker's process is given: its own principal, with its own rights."""
        return {
            **os.environ,
            **self.broker.user(worker).environment,
            "CIOG_HOME": str(self.folder / "home"),
            "CIOG_DATABASE": self.url,
            "PYTHONPATH": f"{tree / 'services'}:{tree}",
            "OPENBLAS_NUM_THREADS": "1",
        }

    @contextmanager
    def running(self, *names: str) -> Iterator[None]:
        """Let workers run as processes while a block is executed."""
        self.start(*names)
        try:
            yield
        finally:
            for name in names:
                self.end(name)

    def ciog(self, *arguments: str) -> None:
        """Run `ciog kafka …` as the correlator's principal."""
        run = CliRunner(env=self.environment("correlator")).invoke(
            ciog, ["kafka", *arguments], catch_exceptions=False
        )
        assert run.exit_code == 0, run.output

    def forget(self, *tables: str) -> None:
        """Lose what stands in some tables."""
        with psycopg.connect(self.url) as connection:
            connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE")

    def end(self, name: str, by: int = signal.SIGTERM) -> int:
        """End a worker by a signal; return its exit code."""
        process = self.workers.pop(name)
        process.send_signal(by)
        return process.wait(PATIENCE)

    def close(self) -> None:
        """End everything."""
        self._producer.close()
        for name in list(self.workers):
            self.end(name, signal.SIGKILL)

    def publish(
        self,
        events: Iterable[Mapping[str, Any]],
        keyed: Callable[[bytes], bytes] = lambda key: key,
    ) -> None:
        """Publish events as agencies do: Avro, on the topic of whose feed it is."""
        for event in events:
            message = avro_message(event, self._objects)
            topic = incident_topic(self.agency[event["source"]])
            self.send(topic, message.value, keyed(message.key), message.headers)
        self._producer.flush()

    def send(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        headers: list[tuple[str, bytes]],
        partition: int | None = None,
    ) -> None:
        """Send any bytes."""
        self._producer.send(topic, value, key=key, headers=headers, partition=partition)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(question).fetchall()

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def messages(self, topic: str) -> list[Any]:
        """Return what lies on a topic now, parsed."""
        consumer = KafkaConsumer(
            topic,
            **self.broker.admin.kafka_python,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            group_id=None,
            consumer_timeout_ms=2_000,
        )
        found = [orjson.loads(one.value) for one in consumer]
        consumer.close()
        return found

    def ends(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Return where partitions end now."""
        consumer = KafkaConsumer(**self.broker.admin.kafka_python)
        try:
            return dict(consumer.end_offsets(partitions))
        finally:
            consumer.close()

    def until(self, holds: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait until something holds, for so many seconds at most."""
        deadline = time.monotonic() + patience
        while not holds():
            for name, process in self.workers.items():
                if process.poll() is not None:
                    log = (self.folder / f"{name}.log").read_text()[-3000:]
                    raise AssertionError(f"{name} has ended ({process.returncode}): {log}")
            assert time.monotonic() < deadline, f"waited in vain for {what}\n{self.logs()}"
            time.sleep(0.1)

    def logs(self) -> str:
        """Return the last words of every worker."""
        return "\n".join(
            f"== {path.name}\n{path.read_text()[-1500:]}" for path in self.folder.glob("*.log")
        )
