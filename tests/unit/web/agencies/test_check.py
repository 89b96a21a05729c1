"""`POST /v1/events/check`: yes or no, lane and reason for each recipient, and nothing kept."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient
from tests.unit.web.agencies.memory_intake import MemoryIntake
from tests.unit.web.agencies.records import concern, fire

from cioghub.vocabulary.words import NOT_A_REFERRAL

ONE = {"Content-Type": "application/cloudevents+json"}


def check(client: TestClient, event: Any) -> dict[str, Any]:
    answer = client.post("/v1/events/check", json=event, headers=ONE)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def test_yes_says_who_would_receive_what(client: TestClient, intake: MemoryIntake) -> None:
    said = check(client, fire())
    assert said["may_send"] is True
    hub = next(one for one in said["recipients"] if one["recipient"] == "hub-correlation")
    assert hub["outcome"] == "shared"
    assert hub["lane"] == "anonymised"
    assert hub["fields"]["area"] == "lsoa"
    assert hub["rules"] == ["fire-to-hub"]
    others = {one["recipient"]: one["outcome"] for one in said["recipients"]}
    assert others["ciog-east"] != "shared"
    assert len(said["bundle"]) == 64
    assert not intake.kept


def test_no_names_every_fault(client: TestClient) -> None:
    said = check(client, fire(data={"motive": "none", "category": "none"}))
    assert said["may_send"] is False
    assert said["answer"] == "rejected"
    assert len(said["faults"]) == 2
    assert said["recipients"] == []


def test_what_nobody_may_receive_needs_no_sending(client: TestClient) -> None:
    late = {
        "occurred_from": "2028-03-01T21:10:00+00:00",
        "occurred_to": "2028-03-01T21:10:00+00:00",
    }
    said = check(client, fire(time="2028-03-01T22:00:00+00:00", data=late))
    assert said["answer"] == "accepted"
    assert {one["outcome"] for one in said["recipients"]} <= {"ended", "no-agreement"}
    assert said["may_send"] is False


def test_a_heartbeat_is_for_the_hub_itself(client: TestClient) -> None:
    said = check(client, fire(type="feed.heartbeat.v1") | {"data": {"complete_to": None}})
    assert said["may_send"] is True


def test_a_feed_of_somebody_else_is_a_no(client: TestClient) -> None:
    said = check(client, fire(source="/warwickshire-police/incident"))
    assert (said["may_send"], said["answer"]) == (False, "not-yours")


def test_a_concern_is_told_what_it_is_not(client: TestClient) -> None:
    assert check(client, concern())["notes"] == [NOT_A_REFERRAL]


def test_a_batch_is_not_one_event(client: TestClient) -> None:
    headers = {"Content-Type": "application/cloudevents-batch+json"}
    answer = client.post("/v1/events/check", json=[fire(), fire()], headers=headers)
    assert answer.status_code == 400
