"""The journey on workers, a real broker and a real database: nothing lost, nothing done twice."""

from __future__ import annotations

import signal
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from tests.kafka.broker import Broker
from tests.kafka.hub import HubOnKafka
from tests.kafka.web_beside import web_beside
from tests.people import cookie_of
from tests.postgres import PostgresServer

from cioghub.cli.main import ciog
from cioghub.journey import MEMORY_TYPES
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.stores.sql.database import engine_of
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.people import Reason, Role
from cioghub.vocabulary.topics import incident_topic, quarantine_topic
from cioghub.wire.memory import unpack_memory

WORKERS = ("sharer", "correlator", "reporter")


@pytest.fixture
def hub(broker: Broker, postgres: PostgresServer, tmp_path: Path) -> Iterator[HubOnKafka]:
    hub = HubOnKafka(broker, postgres.migrated(), tmp_path)
    yield hub
    hub.close()


def simulated(hub: HubOnKafka, days: int) -> list[tuple[int, dict]]:
    """Return simulated events with their times, in order."""
    run = Simulation(hub.bundle.areas, Simulated(1, date(2026, 1, 5), days, 1.0))
    events = [orjson.loads(line) for part in run.lines() for line in part.splitlines()]
    return sorted(((parse_rfc3339(one["time"]), one) for one in events), key=lambda one: one[0])


def test_events_go_through_and_a_poison_message_stops_nobody(hub: HubOnKafka) -> None:
    events = simulated(hub, 3)
    known = {(event["source"], event["id"]) for _, event in events}
    police = incident_topic("warwickshire-police")
    hub.set_clock(events[-1][0])

    with hub.running(*WORKERS):
        hub.send(police, b"\xc3\x01not a record", b"poison", [])
        hub.publish(event for _, event in events)
        hub.until(lambda: hub.count("accepted") == len(known), "every event")
        hub.set_clock(events[-1][0] + 86_400)
        hub.until(lambda: hub.count("ticked") > 0, "a midnight")
        hub.until(lambda: hub.count("outgoing") == 0, "every message to be sent")

    assert hub.count("on_the_way") == 0
    (poison,) = hub.messages(quarantine_topic("warwickshire-police"))
    assert poison["reason"] == "not-binary-mode"
    assert poison["topic"] == police


def test_a_killed_worker_resumes_with_one_effect_for_each_event(hub: HubOnKafka) -> None:
    events = simulated(hub, 6)
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


QUIET, BUSY = 40, 5


def fill(hub: HubOnKafka, midway: Path) -> None:
    """Let simulated days come in as agencies publish them, and settle every midnight.

    When half of them have come, a snapshot is taken.
    """
    known: set[tuple[str, str]] = set()
    waiting: list[dict] = []
    events = simulated(hub, QUIET + BUSY)
    began = events[0][0]
    hub.set_clock(began)

    def pass_on() -> None:
        hub.publish(waiting)
        known.update((one["source"], one["id"]) for one in waiting)
        waiting.clear()
        hub.until(lambda: hub.count("accepted") >= len(known), "what was published")

    step = began
    for at, event in events:
        length = 86_400 * 10 if at < began + QUIET * 86_400 else 43_200
        if at >= step + length:
            pass_on()
            step = at
            hub.set_clock(at)
            if not midway.exists() and at > began + QUIET * 43_200:
                hub.until(lambda: reached(hub, "reporter") > began + 86_400, "some midnights")
                hub.ciog("snapshot", str(midway))
        waiting.append(event)
    pass_on()
    last = events[-1][0] + 86_400
    hub.set_clock(last)
    hub.until(lambda: reached(hub, "reporter") >= last - 86_400, "the last midnight")


def reached(hub: HubOnKafka, turn: str) -> int:
    rows = hub.rows(f"SELECT reached FROM turn WHERE name = '{turn}'")
    return rows[0][0] if rows else 0


def replayed(hub: HubOnKafka, out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go through the hub's log again with the batch runtime."""
    monkeypatch.setenv("CIOG_DATABASE", hub.url)
    command = ["replay", "--log", str(hub.folder / "home"), "--out", str(out)]
    run = CliRunner().invoke(ciog, command, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return out


def settled(lines: Iterable[bytes]) -> list[bytes]:
    """Return what was told at midnights."""
    return [line for line in lines if not orjson.loads(line)["data"].get("provisional")]


def assert_as_the_batch_runtime(hub: HubOnKafka, out: Path) -> None:
    """The same decisions, settled alerts with their evidence, receipts and frozen pictures."""
    told: dict[str, list[bytes]] = defaultdict(list)
    for audience, line in hub.rows(
        "SELECT audience, line FROM told WHERE NOT provisional ORDER BY cursor"
    ):
        told[audience].append(line)
    assert told[""] == settled((out / "alerts.jsonl").read_bytes().splitlines())
    for folder in (out / "audiences").iterdir():
        lines = (folder / "alerts.jsonl").read_bytes().splitlines()
        assert told[folder.name] == settled(lines)
    pictures = hub.rows("SELECT audience, first, content, page FROM picture")
    for audience, first, content, page in pictures:
        stem = out / "audiences" / audience / "pictures" / first
        assert stem.with_suffix(".json").read_bytes() == content
        assert stem.with_suffix(".html").read_bytes() == page
    assert len(pictures) == len(list(out.glob("audiences/*/pictures/*.json"))) > 0
    summary = orjson.loads((out / "summary.json").read_bytes())
    assert summary["accepted"] == hub.count("accepted")
    assert summary["alerts"]["raised"] > 0


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


def state(hub: HubOnKafka) -> dict[str, list[tuple[object, ...]]]:
    """Return what correlator and reporter have made, but for what was told before a midnight."""
    questions = {
        "set": "SELECT id, position, accepted, day, place, tokens, withdrawn FROM contribution",
        "told": "SELECT audience, alert, change, at, line FROM told WHERE NOT provisional",
        "pictures": "SELECT audience, first, at, content, page FROM picture",
        "notices": "SELECT at, code, publisher, line FROM notice",
        "receipts": "SELECT publisher, source, id, alert, noted FROM receipt",
        "memory": "SELECT name, content FROM memory WHERE name LIKE 'found@%'",
        "ticks": "SELECT at FROM ticked WHERE midnight",
    }
    found = {name: sorted(hub.rows(asked), key=str) for name, asked in questions.items()}
    # What is held twice is written once: the same memory may be other bytes after a start.
    found["memory"] = [
        (name, unpack_memory(bytes(content), MEMORY_TYPES)) for name, content in found["memory"]
    ]
    return found


def test_workers_settle_what_the_batch_runtime_settles_and_do_it_again_from_a_snapshot(
    hub: HubOnKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    midway = tmp_path / "areas.jsonl"
    with hub.running(*WORKERS):
        fill(hub, midway)
    assert_as_the_batch_runtime(hub, replayed(hub, tmp_path / "out", monkeypatch))
    assert_read_on_the_web(hub)

    before, last = state(hub), reached(hub, "reporter")
    hub.forget("contribution", "told", "picture", "notice", "receipt", "memory", "ticked")
    hub.ciog("rebuild", str(midway))
    assert reached(hub, "reporter") < last
    with hub.running("correlator", "reporter"):
        hub.until(lambda: reached(hub, "reporter") == last, "the last midnight again")
    after = state(hub)
    assert [name for name, rows in before.items() if after[name] != rows] == []
