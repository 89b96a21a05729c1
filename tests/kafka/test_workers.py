"""The journey on workers, a real broker and a real database: nothing lost, nothing done twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient, TopicPartition
from tests.drilling import deep
from tests.kafka.broker import Broker
from tests.kafka.comparing import compared, reached, replayed, simulated, state
from tests.kafka.hub import PATIENCE, HubOnKafka
from tests.kafka.scene import BUSY, DAY, QUIET, WORKERS, finish, send, steps
from tests.kafka.web_beside import web_beside
from tests.people import cookie_of
from tests.postgres import PostgresServer

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed
from cioghub.ports.workers import Passed
from cioghub.runtimes.kafka_workers.messages import pass_message
from cioghub.runtimes.kafka_workers.rebuild import TOPIC
from cioghub.stores.sql.database import WRITE_LOCK, engine_of
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.people import Reason, Role
from cioghub.vocabulary.topics import incident_topic, quarantine_topic


@pytest.fixture
def hub(broker: Broker, postgres: PostgresServer, tmp_path: Path) -> Iterator[HubOnKafka]:
    hub = HubOnKafka(broker, postgres.migrated(), tmp_path)
    yield hub
    hub.close()


STANDS_STILL = """
from cioghub.cli.main import main
from cioghub.runtimes.kafka_workers import worker
worker.WATCH_SECONDS, worker.STALL_SECONDS, worker.LAST_SECONDS = 0.3, 3.0, 1.0
main(["kafka", "worker", "correlator"])
"""


def test_a_worker_that_stands_still_ends_with_its_process(hub: HubOnKafka) -> None:
    hub.send(TOPIC, b"{}", b"-", [])
    with psycopg.connect(hub.url) as somebody:
        somebody.execute(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")  # and does not go on
        done = subprocess.run(
            [sys.executable, "-c", STANDS_STILL],
            env=hub.environment("correlator"),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 3, done.stderr
    assert "The correlator has ended: Stalled." in done.stderr


def test_a_killed_worker_resumes_with_one_effect_for_each_event(hub: HubOnKafka) -> None:
    events = simulated(hub, 3)
    known = {(event["source"], event["id"]) for _, event in events}
    hub.set_clock(events[-1][0])
    hub.start("sharer", "correlator")
    half = len(events) // 2
    hub.publish(event for _, event in events[:half])
    hub.until(lambda: hub.count("accepted") > 0, "the first events")
    hub.end("sharer", signal.SIGKILL)
    hub.end("correlator", signal.SIGKILL)
    hub.publish(event for _, event in events[half:])
    hub.start("sharer", "correlator")
    # What the killed one kept and did not send is sent once it has waited for long enough.
    hub.set_clock(events[-1][0] + 60)
    hub.until(lambda: hub.count("accepted") == len(known), "every event")
    hub.until(lambda: hub.count("on_the_way") == 0, "all that is passed on")
    shared = hub.rows("SELECT count(*), count(DISTINCT id) FROM contribution")
    assert shared[0][0] == shared[0][1]
    identities = hub.rows("SELECT count(DISTINCT (source, event_id)) FROM accepted")
    assert identities[0][0] == len(known)


RATE = deep(2, 10) / 10


def fill(hub: HubOnKafka, midway: Path) -> None:
    """Let simulated days come in as agencies publish them, and settle every midnight.

    When half of them have come, a snapshot is taken.
    """
    known: set[tuple[str, str]] = set()
    events = simulated(hub, QUIET + BUSY, RATE)
    for number, part in enumerate(steps(events, 3 * DAY)):
        send(hub, part, known)
        if number == QUIET // 6:
            hub.until(lambda: reached(hub, "reporter") > events[0][0] + DAY, "some midnights")
            hub.ciog("snapshot", str(midway))
    finish(hub, events[-1][0] + DAY)


def assert_read_on_the_web(hub: HubOnKafka) -> None:
    """The alerts and the ledger as `ciog kafka web` shows them, and as it was signed."""
    now, engine = int(hub.clock.read_text()), engine_of(hub.url)
    _, token = SqlTokens(engine).make(Kind.READER, "tactical-group", Reason.QUEUE, 90, "test", now)
    auditor = cookie_of(engine, Role.AUDITOR, now)
    with web_beside(hub) as client:
        asked = client.get("/v1/alerts", headers={"Authorization": f"Bearer {token}"})
        told = hub.rows("SELECT line FROM told WHERE audience = 'tactical-group' ORDER BY cursor")
        assert asked.json()["alerts"] == [orjson.loads(line) for (line,) in told[:100]] != []
        client.cookies.set("ciog", auditor)
        page = client.get("/review/ledger")
    assert hub.count("checkpoint") > 1
    assert page.status_code == 200
    run = CliRunner(env={"CIOG_DATABASE": hub.url}).invoke(ciog, ["ledger", "verify"])
    assert run.exit_code == 0, run.output


def test_workers_settle_what_the_batch_runtime_settles_and_do_it_again_from_a_snapshot(
    hub: HubOnKafka, tmp_path: Path
) -> None:
    midway, police = tmp_path / "areas.jsonl", incident_topic("warwickshire-police")
    with hub.running(*WORKERS):
        hub.send(police, b"\xc3\x01not a record", b"poison", [])
        fill(hub, midway)
    assert (hub.count("on_the_way"), hub.count("outgoing")) == (0, 0)
    (poison,) = hub.messages(quarantine_topic("warwickshire-police"))
    assert (poison["topic"], poison["reason"]) == (police, "not-binary-mode")
    lines, pictures = compared(hub, replayed(hub, tmp_path / "out"))
    assert lines > 0
    assert pictures > 0
    assert_read_on_the_web(hub)

    before, last = state(hub), reached(hub, "reporter")
    hub.forget("contribution", "told", "picture", "notice", "receipt", "memory", "ticked")
    hub.ciog("rebuild", str(midway))
    assert reached(hub, "reporter") < last
    with hub.running("correlator", "reporter"):
        hub.until(lambda: reached(hub, "reporter") == last, "the last midnight again")
    after = state(hub)
    assert [name for name, rows in before.items() if after[name] != rows] == []


def test_a_rebuild_says_at_once_what_keeps_it_from_being_whole(
    hub: HubOnKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = str(hub.folder / "areas.jsonl")
    hub.ciog("snapshot", snapshot)
    for position in range(1, 21):
        message = pass_message(Passed(position, None, None, 0))
        hub.send(TOPIC, message.value, str(position).encode(), [])
    with KafkaAdminClient(**hub.broker.admin.kafka_python) as admin:
        partitions = [TopicPartition(TOPIC, number) for number in range(4)]
        hub.until(lambda: sum(hub.ends(partitions).values()) == 20, "every message")
        hub.ciog("rebuild", snapshot)
        admin.delete_records({one: end - 1 for one, end in hub.ends(partitions).items()})
    before = hub.rows("SELECT * FROM turn")
    with pytest.raises(EnvironmentFailed, match="does not reach back"):
        hub.ciog("rebuild", snapshot)
    hub.broker.pause()
    try:
        monkeypatch.setattr("cioghub.cli.kafka_cluster.PATIENCE_SECONDS", 2)
        with pytest.raises(EnvironmentFailed, match="No broker of CIOG_KAFKA answers"):
            hub.ciog("rebuild", snapshot)
    finally:
        hub.broker.resume()
    assert hub.rows("SELECT * FROM turn") == before, "something was changed"
