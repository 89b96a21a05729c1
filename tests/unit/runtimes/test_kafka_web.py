"""The web beside workers on a real database; between its door and the sharer the test is the topic.

With a real broker it runs in `tests/kafka/test_web.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient
from tests.people import HandClock
from tests.postgres import PostgresServer
from tests.unit.web.agencies.records import fire
from tests.workers import Away, Topic

from cioghub.bootstrap import journey_of, single_objects
from cioghub.cli.serving import doors_of
from cioghub.cli.serving import doors_of as doors_of_one
from cioghub.errors import WrongUse
from cioghub.ports.reading_room import ReadingRoom
from cioghub.runtimes.embedded.opening import Opened, open_hub
from cioghub.runtimes.kafka_workers.asking import read_ask
from cioghub.runtimes.kafka_workers.door import KafkaDoor
from cioghub.runtimes.kafka_workers.messages import Received, pass_message, share_message
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.runtimes.kafka_workers.web import TIDY_SECONDS, Web, open_web
from cioghub.settings import KafkaLogin, Settings
from cioghub.stores import key_file
from cioghub.stores.sql import held_clock
from cioghub.stores.sql.answers import SqlAnswers
from cioghub.stores.sql.database import engine_of
from cioghub.stores.sql.held_clock import HeldClock
from cioghub.stores.sql.seal import SqlSeal
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.stores.wall_clock import WallClock
from cioghub.web.app import create_app
from cioghub.wire.cloud_events import single
from cioghub.wire.json_lines import digest_of

FIRE = "/warwickshire-fire/incident"
OBJECTS = single_objects()
HERE = frozenset({"testserver"})
EVENTS = "/v1/events"
TABLE = Path(__file__).parents[1] / "mappings" / "fire-incidents.csv"
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LOGIN = KafkaLogin(bootstrap="127.0.0.1:1", user="web", password_file=Path("nowhere"))


@dataclass
class Beside:
    """A web and a sharer on one database, and `alone` a hub in one process with the same keys.

    The tokens are the fire service's.
    """

    web: Web
    url: str
    engine: Engine
    clock: HandClock
    sharer: Sharer
    token: dict[str, str]
    alone: Opened
    alone_token: dict[str, str]

    def client(self, topic: Topic, patience: float = 10.0) -> TestClient:
        """Return a client of a web process that sends to a topic; enter it."""
        producer: Any = topic
        door = KafkaDoor(
            lambda: producer,
            SqlAnswers(self.engine),
            self.web.door,
            SqlSeal(self.engine).seal,
            self.web.loaded.bundle,
            OBJECTS,
            self.web.metrics,
            patience,
        )
        web = replace(self.web, door=door)
        return TestClient(create_app(doors_of(web, self.clock, None, HERE), web.open))


def token_on(engine: Engine, clock: HandClock) -> dict[str, str]:
    """Return the header of a new token of the fire service's feed."""
    _, secret = SqlTokens(engine).make(Kind.FEED, FIRE, None, 90, "test", clock.now())
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def beside(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    folder, clock = tmp_path_factory.mktemp("web"), HandClock()
    url = postgres.migrated()
    web = open_web(Settings(home=folder, database=url), LOGIN, set_clock=clock)
    engine = engine_of(url)
    keys = folder / "keys.json"
    journey = journey_of(web.loaded.bundle, key_file.load_or_make(keys))
    log = SqlSharingLog(engine, pass_message, share_message)
    sharer = Sharer(journey, log, clock, OBJECTS, lambda outcome, events: None)
    sharer.unsealing.keep(engine)
    alone = open_hub(Settings(home=folder / "alone"), clock, keys=keys)
    tokens = token_on(engine, clock), token_on(alone.engine, clock)
    yield Beside(web, url, engine, clock, sharer, tokens[0], alone, tokens[1])
    engine.dispose()


def withdrawal(of: str, **changes: Any) -> dict[str, Any]:
    """Return what takes an event of the fire service back."""
    data = {"id": of, "reason": "wrong-code", "replacement": None}
    return fire(type="event.withdrawal.v1", **changes) | {"data": data}


def deep(levels: int) -> Any:
    """Return what is deeper than any event."""
    return [deep(levels - 1)] if levels else []


GOOD = fire()
MESSAGES: tuple[tuple[Any, str], ...] = (
    (GOOD, STRUCTURED),
    (dict(reversed(GOOD.items())), STRUCTURED),
    (fire(data={"motive": "accidental"}), STRUCTURED),
    (fire(source="/warwickshire-police/crime"), STRUCTURED),
    (fire(id="f-2", data={"motive": "no such code"}), STRUCTURED),
    (fire(id="AB123456C"), STRUCTURED),
    (fire(source=7), STRUCTURED),
    ({"type": ["x"], "data": 5}, STRUCTURED),
    ("no object", STRUCTURED),
    (
        [
            withdrawal("f-1", id="w-1"),
            withdrawal("f-9", id="w-2"),
            fire(id="f-3"),
            withdrawal("f-3", id="w-3"),
            fire(id="f-3"),
            fire(id="f-4", data={"setting": "x" * 70_000}),
            deep(40),
        ],
        BATCH,
    ),
    ([], BATCH),
    ("a" * 5_000_000, BATCH),
)


def answers(client: TestClient, token: dict[str, str]) -> list[tuple[int, Any]]:
    """Send all messages; return the answers."""
    found = []
    for content, media in MESSAGES:
        got = client.post(
            EVENTS, content=orjson.dumps(content), headers=token | {"Content-Type": media}
        )
        found.append((got.status_code, got.json()))
    return found


def counts(room: ReadingRoom) -> tuple[int, dict[str, int], int]:
    """Return what was counted of the fire service's feed."""
    feed = next(one for one in room.feeds() if one.source == FIRE)
    return feed.accepted, dict(feed.rejected), feed.duplicates


def test_the_door_answers_as_that_of_one_process(beside: Beside) -> None:
    alone = beside.alone
    with alone.hub, TestClient(create_app(doors_of_one(alone, beside.clock, None, HERE))) as one:
        wanted = answers(one, beside.alone_token)
    topic = Topic(beside.sharer)
    with beside.client(topic) as several:
        assert answers(several, beside.token) == wanted
    assert [status for status, _ in wanted[:5]] == [202, 202, 409, 403, 422]
    assert {message.topic for message in topic.sent} == {"incident.warwickshire-fire"}
    sent = b"".join(
        message.value + b"".join(dict(message.headers).values()) for message in topic.sent
    )
    assert b"f-1" in sent
    assert b"AB123456C" not in sent
    guesses = [digest_of(single(content).body) for content, media in MESSAGES if media != BATCH]
    keys = b"".join(topic.keys)
    assert not any(one.hex().encode() in sent + keys for one in guesses)
    assert beside.web.room.decision(FIRE, "f-1") is not None
    assert beside.web.room.decision(FIRE, "f-2") is None
    assert counts(beside.web.room) == counts(alone.room)
    text = beside.web.metrics.text().decode()
    assert 'ciog_web_events_total{outcome="not-yours"} 1.0' in text


def test_what_is_said_of_an_event_beforehand_is_what_one_process_says(beside: Beside) -> None:
    one = TestClient(create_app(doors_of_one(beside.alone, beside.clock, None, HERE)))
    media = {"Content-Type": STRUCTURED}
    topic = Topic(beside.sharer)
    with beside.client(topic) as several:
        for event in (GOOD, fire(id="AB123456C"), fire(source="/x")):
            body = orjson.dumps(event)
            wanted = one.post(f"{EVENTS}/check", content=body, headers=beside.alone_token | media)
            got = several.post(f"{EVENTS}/check", content=body, headers=beside.token | media)
            assert (got.status_code, got.json()) == (wanted.status_code, wanted.json())
    assert topic.sent == []


def send(client: TestClient, token: dict[str, str], **changes: Any) -> Any:
    return client.post(
        EVENTS,
        content=orjson.dumps(fire(**changes)),
        headers=token | {"Content-Type": STRUCTURED},
    )


def test_without_a_verdict_the_same_is_to_be_sent_again(beside: Beside) -> None:
    nobody = Topic(None)
    with beside.client(nobody, patience=0.2) as client:
        got = send(client, beside.token, id="late")
    assert (got.status_code, got.headers["Retry-After"]) == (503, "5")
    assert "an event that was accepted counts once" in got.json()["detail"]
    beside.sharer.handle(nobody.sent)  # the sharer comes to it after all
    topic = Topic(beside.sharer)
    with beside.client(topic) as client:
        assert send(client, beside.token, id="late").status_code == 202
        assert send(client, beside.token, id="late", data={"motive": None}).status_code == 409


def test_without_a_broker_nothing_is_kept_and_pages_are_served(beside: Beside) -> None:
    with beside.client(Away(None)) as client:
        got = send(client, beside.token, id="never")
        assert got.status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert client.get("/sign-in").status_code == 200
        metrics = client.get("/metrics").text
    assert 'ciog_web_put_off_total{why="broker"} 1.0' in metrics
    assert "ciog_feed_late" in metrics


def test_a_web_whose_clock_goes_off_the_database_s_is_not_ready(
    beside: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_clock, "COMPARED_EVERY", 0.0)
    machine = WallClock()
    clock = HeldClock(beside.engine, machine)
    web = open_web(Settings(home=tmp_path, database=beside.url), LOGIN, set_clock=clock)
    assert web.is_ready()
    monkeypatch.setattr(machine, "now", lambda: WallClock().now() + 3600)
    assert not web.is_ready()


def test_a_web_whose_clock_cannot_ask_the_database_is_not_ready(
    beside: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_clock, "COMPARED_EVERY", 0.0)
    clock = HeldClock(beside.engine, WallClock())
    web = open_web(Settings(home=tmp_path, database=beside.url), LOGIN, set_clock=clock)
    # The database goes away between the two questions.
    monkeypatch.setattr(clock, "_engine", engine_of("postgresql://hub@127.0.0.1:1/hub"))
    assert not web.is_ready()


def test_a_fault_of_the_hub_is_told_as_one(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(beside.sharer._judge, "judge", fails)
    client = beside.client(Topic(beside.sharer))
    with client:
        got = send(client, beside.token, id="poison")
    assert got.status_code == 500
    # Others of its message may have been accepted before it.
    assert "Part of what you sent may be kept" in got.json()["detail"]


def test_two_processes_are_each_answered_their_own(beside: Beside) -> None:
    with beside.client(Topic(beside.sharer)) as one, beside.client(Topic(beside.sharer)) as other:
        for number in range(3):
            assert send(one, beside.token, id=f"one-{number}").json()["id"] == f"one-{number}"
            assert send(other, beside.token, id=f"other-{number}").json()["id"] == f"other-{number}"


def test_an_answer_that_nobody_waits_for_goes(beside: Beside) -> None:
    nobody = Topic(None)
    with beside.client(nobody, patience=0.1) as client:
        send(client, beside.token, id="gone")
    beside.sharer.handle(nobody.sent)
    beside.clock.at += TIDY_SECONDS + 1
    beside.web.tidy()
    ask = read_ask(nobody.sent[0].headers)
    assert ask is not None
    assert SqlAnswers(beside.engine).collect(ask.door) == {}


def test_nobody_counts_faults_on_a_feed_of_others(beside: Beside) -> None:
    sealed = SqlSeal(beside.engine).seal
    good, short = (sealed(bytes(many)) for many in (16, 1))
    assert good
    assert short
    forged = {"sealed": good.hex(), "faults": [["/id", "missing"]], "id": None}
    for value in (
        forged | {"source": "/warwickshire-police/crime"},
        forged | {"source": FIRE, "faults": [["/a name", "missing"]]},
        forged | {"source": FIRE, "faults": [["/data/ann_smith", "missing"]]},
        forged | {"source": FIRE, "faults": [["/data/qualifiers/9434765919", "missing"]]},
        forged | {"source": FIRE, "id": "AB123456C"},
        forged | {"source": FIRE, "sealed": short.hex()},
        forged | {"source": FIRE, "sealed": bytes(16).hex()},
        forged | {"source": FIRE, "sealed": bytes(64).hex()},
        forged | {"source": FIRE, "sealed": good[:-1].hex() + "00"},
        forged,
    ):
        headers = (("ciog_at_fault", b"1"),)
        message = Received("incident.warwickshire-fire", 0, 9, headers, orjson.dumps(value))
        (waiting,) = beside.sharer.handle([message])
        assert waiting.message.topic == "quarantine.warwickshire-fire"


@pytest.mark.parametrize(
    "faults", [[["/id", "missing"]] * 101, [["/id", "missing"], ["/" + "x" * 70_000, "missing"]]]
)
def test_more_faults_than_an_event_can_have_are_not_taken(beside: Beside, faults: Any) -> None:
    value = orjson.dumps({"sealed": "00" * 64, "faults": faults, "id": None, "source": FIRE})
    message = Received("incident.warwickshire-fire", 0, 9, (("ciog_at_fault", b"1"),), value)
    (waiting,) = beside.sharer.handle([message])
    assert orjson.loads(waiting.message.value)["reason"] == "too-large"


def test_the_web_does_not_start_where_nobody_is_to_be_told(tmp_path: Path) -> None:
    shadow = (date(2026, 8, 31), date(2026, 9, 27))
    with pytest.raises(WrongUse, match="CIOG_SHADOW"):
        open_web(Settings(home=tmp_path, shadow=shadow), LOGIN, set_clock=HandClock())


def test_a_table_is_taken_where_there_are_keys_for_its_ids(beside: Beside, tmp_path: Path) -> None:
    assert beside.web.uploads is None
    keys = tmp_path / "upload-keys.json"
    key_file.make(keys)
    settings = Settings(home=tmp_path, database=beside.url)
    web = open_web(settings, LOGIN, upload_keys=keys, set_clock=beside.clock)
    assert web.uploads is not None
    found = web.uploads.preview(
        "warwickshire-fire", "fire-incidents", TABLE.read_bytes(), "p-1", beside.clock.now()
    )
    assert found.preview.mapped > 0
