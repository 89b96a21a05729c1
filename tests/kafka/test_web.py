"""The web beside workers on a real broker: what comes in by HTTP has the sharer's verdict."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import orjson
from starlette.testclient import TestClient
from tests.kafka.broker import Broker
from tests.kafka.hub import HubOnKafka
from tests.kafka.web_beside import web_beside
from tests.postgres import PostgresServer
from tests.unit.web.agencies.records import fire

from cioghub.stores.sql.database import engine_of
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.buckets import parse_rfc3339

FIRE = "/warwickshire-fire/incident"
NOW = parse_rfc3339("2026-03-02T12:00:00Z")


def send(client: TestClient, token: str, event: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents+json"}
    got = client.post("/v1/events", content=orjson.dumps(event), headers=headers)
    return got.status_code, got.json()


def test_an_event_by_http_has_one_verdict_whatever_ends_meanwhile(
    broker: Broker, postgres: PostgresServer, tmp_path: Path
) -> None:
    hub = HubOnKafka(broker, postgres.migrated(), tmp_path)
    hub.set_clock(NOW)
    _, token = SqlTokens(engine_of(hub.url)).make(Kind.FEED, FIRE, None, 90, "test", NOW)
    hub.start("sharer")
    try:
        with web_beside(hub) as client:
            # Who comes before broker and sharer are ready sends the same again.
            while (first := send(client, token, fire()))[0] == 503:
                time.sleep(0.2)
            assert first[0] == 202
            assert send(client, token, fire()) == first
            assert send(client, token, fire(data={"motive": "accidental"}))[0] == 409
            assert send(client, token, fire(id="AB123456C"))[0] == 422
            hub.publish([fire()])  # the same by the agency's own topic
            hub.until(lambda: twins(hub) >= 2, "the twin by the topic")

            hub.end("sharer", signal.SIGKILL)
            assert send(client, token, fire(id="meanwhile"))[0] == 503
            hub.start("sharer")
            while (last := send(client, token, fire(id="meanwhile")))[0] == 503:
                time.sleep(0.2)
            assert last[0] == 202
    finally:
        hub.close()
    assert hub.rows("SELECT event_id FROM accepted ORDER BY position") == [("f-1",), ("meanwhile",)]


def twins(hub: HubOnKafka) -> int:
    rows = hub.rows("SELECT sum(events) FROM feed_day WHERE outcome = 'duplicate'")
    return int(rows[0][0] or 0)
