"""`POST /v1/events`: a clear yes or no for each event, in every mode, and nothing half kept."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.unit.web.agencies.memory_intake import MemoryIntake
from tests.unit.web.agencies.records import concern, fire

from cioghub.ports.intake import MOST_BYTES, MOST_EVENTS, Busy, Why
from cioghub.vocabulary.words import NOT_A_REFERRAL

ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"


def send(client: TestClient, event: Any, media: str = ONE, **headers: str) -> Any:
    content = event if isinstance(event, bytes) else json.dumps(event).encode()
    return client.post("/v1/events", content=content, headers={"Content-Type": media, **headers})


def told(answer: Any, status: int) -> dict[str, Any]:
    """Return the problem that an answer holds."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    assert said["type"].startswith("/help/problems#")
    return said


def test_a_good_event_is_taken(client: TestClient, intake: MemoryIntake) -> None:
    answer = send(client, fire())
    assert answer.status_code == 202
    assert answer.json() == {
        "answer": "accepted",
        "source": "/warwickshire-fire/incident",
        "id": "f-1",
        "notes": [],
    }
    assert len(intake.kept) == 1


def test_the_same_event_gets_the_same_answer(client: TestClient) -> None:
    first, again = send(client, fire()), send(client, fire())
    assert (first.status_code, first.content) == (again.status_code, again.content)


def test_another_body_of_an_identity_is_a_conflict(client: TestClient) -> None:
    send(client, fire())
    said = told(send(client, fire(data={"motive": "accidental"})), 409)
    assert said["answer"] == "conflict"
    assert said["faults"][0]["code"] == "conflict"
    assert "accidental" not in json.dumps(said)


def test_a_rejected_event_is_told_every_fault_and_no_value(client: TestClient) -> None:
    said = told(send(client, fire(data={"motive": "SECRET-1", "weapon": "SECRET-2"})), 422)
    assert [(one["pointer"], one["code"]) for one in said["faults"]] == [
        ("/data/weapon", "unknown-code"),
        ("/data/motive", "unknown-code"),
    ]
    assert all(one["hint"] for one in said["faults"])
    assert "SECRET" not in json.dumps(said)


def test_a_feed_of_somebody_else_is_not_yours(client: TestClient, intake: MemoryIntake) -> None:
    said = told(send(client, fire(source="/warwickshire-police/incident")), 403)
    assert said["answer"] == "not-yours"
    assert not intake.kept


def test_a_batch_has_a_verdict_for_each_event_in_order(
    client: TestClient, intake: MemoryIntake
) -> None:
    bad = fire(id="f-2", data={"motive": "none"})
    other = fire(id="f-3", source="/warwickshire-police/incident")
    answer = send(
        client, [fire(), bad, other, fire(), fire(time="2026-03-01T23:00:00+00:00"), 3], MANY
    )
    assert answer.status_code == 200
    verdicts = answer.json()["verdicts"]
    assert [one["status"] for one in verdicts] == [202, 422, 403, 202, 409, 422]
    assert [one["answer"] for one in verdicts][:3] == ["accepted", "rejected", "not-yours"]
    assert verdicts[1]["id"] == "f-2"
    assert verdicts[1]["faults"][0]["pointer"] == "/data/motive"
    assert len(intake.kept) == 1


def test_an_empty_batch_is_answered(client: TestClient) -> None:
    assert send(client, [], MANY).json() == {"verdicts": []}


def test_a_concern_is_told_what_it_is_not(client: TestClient) -> None:
    assert send(client, concern()).json()["notes"] == [NOT_A_REFERRAL]
    assert send(client, [concern()], MANY).json()["verdicts"][0]["notes"] == [NOT_A_REFERRAL]


def test_a_concern_that_is_not_taken_is_told_so_too(client: TestClient) -> None:
    bad = concern(data={"category": "x"})
    other = concern(source="/warwickshire-police/incident")
    nowhere = concern(source="/nobody/nothing")
    for event, status in ((bad, 422), (other, 403), (nowhere, 403)):
        assert told(send(client, event), status)["notes"] == [NOT_A_REFERRAL]
    verdicts = send(client, [bad, fire(data={"motive": "x"})], MANY).json()["verdicts"]
    assert [one["notes"] for one in verdicts] == [[NOT_A_REFERRAL], []]
    headers = {**binary_headers(bad), "content-type": "application/json"}
    answer = client.post("/v1/events/check", json=bad["data"], headers=headers)
    assert answer.json()["notes"] == [NOT_A_REFERRAL]


def binary_headers(event: dict[str, Any]) -> dict[str, str]:
    names = ("specversion", "id", "source", "type", "time")
    return {f"ce-{name}": event[name] for name in names}


def test_binary_mode_is_the_same_event(client: TestClient, intake: MemoryIntake) -> None:
    answer = send(
        client, fire()["data"], "application/json; charset=utf-8", **binary_headers(fire())
    )
    assert answer.status_code == 202
    kept = dict(intake.kept)
    encoded = {**binary_headers(fire()), "ce-id": "%66-1", "traceparent": "00-1-1-01"}
    assert send(client, fire()["data"], "application/json", **encoded).status_code == 202
    assert send(client, fire()).status_code == 202
    assert intake.kept == kept


def test_a_header_that_stands_twice_has_no_form(client: TestClient) -> None:
    headers = [
        *binary_headers(fire()).items(),
        ("ce-id", "f-2"),
        ("content-type", "application/json"),
    ]
    content = json.dumps(fire()["data"]).encode()
    said = told(client.post("/v1/events", content=content, headers=headers), 422)
    assert [(one["pointer"], one["code"]) for one in said["faults"]] == [("/id", "wrong-form")]


def test_tracing_is_dropped(client: TestClient, intake: MemoryIntake) -> None:
    assert send(client, fire(traceparent="00-1-1-01", tracestate="a=b")).status_code == 202
    (kept,) = intake.kept.values()
    assert b"trace" not in kept


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "application/json", "application/xml", f"{ONE}; charset=utf-16"],
)
def test_another_kind_of_content_is_refused(client: TestClient, media: str) -> None:
    assert "cloudevents+json" in told(send(client, fire(), media), 415)["detail"]


def test_a_packed_body_is_unpacked(client: TestClient) -> None:
    packed = gzip.compress(json.dumps(fire()).encode())
    gzipped = {"Content-Encoding": "gzip"}
    assert send(client, packed, **gzipped).status_code == 202
    told(send(client, packed[:-3], **gzipped), 400)
    told(send(client, packed + b"x", **gzipped), 400)
    told(send(client, fire(), **gzipped), 400)
    told(send(client, fire(), **{"Content-Encoding": "br"}), 415)


def test_a_bomb_is_stopped(client: TestClient, intake: MemoryIntake) -> None:
    bomb = gzip.compress(b" " * (MOST_BYTES * 20))
    assert len(bomb) < MOST_BYTES
    told(send(client, bomb, MANY, **{"Content-Encoding": "gzip"}), 413)


def test_what_is_too_large_is_refused(client: TestClient) -> None:
    told(send(client, fire(data={"motive": "x" * 70_000})), 413)
    told(send(client, b" " * (MOST_BYTES + 1), MANY), 413)
    told(send(client, [1] * (MOST_EVENTS + 1), MANY), 413)


@pytest.mark.parametrize(
    ("media", "body", "code"),
    [
        (ONE, b"", "not-json"),
        (ONE, b'{"id": "1", "id": "2"}', "not-json"),
        (ONE, b"[" * 1000, "too-deep"),
        (MANY, b"{}", "wrong-type"),
    ],
)
def test_what_is_no_message_says_why(
    client: TestClient, media: str, body: bytes, code: str
) -> None:
    said = told(send(client, body, media), 400)
    assert said["faults"][0]["code"] == code


@pytest.mark.parametrize(
    ("why", "status"),
    [(Why.LOAD, 429), (Why.DISK, 503), (Why.BROKER, 503), (Why.NO_VERDICT, 503)],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/check"])
def test_a_busy_hub_says_when_to_come_again(
    client: TestClient, intake: MemoryIntake, path: str, why: Why, status: int
) -> None:
    intake.busy = Busy(7, why)
    answer = client.post(path, json=fire(), headers={"Content-Type": ONE})
    told(answer, status)
    assert answer.headers["retry-after"] == "7"


def test_nobody_publishes_without_a_token(app: Any, client: TestClient) -> None:
    app.dependency_overrides.clear()
    answer = send(client, fire())
    told(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_only_post_is_taken(client: TestClient) -> None:
    told(client.get("/v1/events"), 405)
