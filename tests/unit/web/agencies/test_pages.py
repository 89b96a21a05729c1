"""The pages of an agency's contact: their own feeds and events, and nobody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.unit.web.agencies.memory_intake import MemoryIntake
from tests.unit.web.agencies.records import fire

from cioghub.ports.reading_room import FeedHealth, Receipt
from cioghub.vocabulary.people import Person, Role
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.web.who.asking import person, reader

HEALTH = [
    FeedHealth(
        "/warwickshire-fire/incident",
        "warwickshire-fire",
        "daily",
        "2026-03-01",
        1234,
        5,
        {"unknown-code": 7},
        1772400000,
        None,
        True,
        "ab" * 32,
    ),
    FeedHealth(
        "/warwickshire-police/crime",
        "warwickshire-police",
        "daily",
        "2026-03-01",
        4321,
        0,
        {},
        None,
        None,
        False,
        None,
    ),
]


class Room:
    """What two agencies have sent, and their events behind one alert."""

    def feeds(self) -> list[FeedHealth]:
        return HEALTH

    def receipts(self, publisher: str, alert: str | None = None) -> list[Receipt]:
        source = f"/{publisher}/incident"
        return [Receipt(publisher, source, f"own-id-of-{publisher}", "alert-1")]


def sign_in(app: FastAPI, role: Role, party: str | None) -> None:
    who = Person("p-1", "Sam Example", role, None, None, party)
    app.dependency_overrides[person] = lambda: who
    app.dependency_overrides[reader] = lambda: who


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture(autouse=True)
def contact(app: FastAPI) -> None:
    sign_in(app, Role.AGENCY_CONTACT, "warwickshire-fire")


def test_a_contact_sees_the_own_feeds_alone(client: TestClient) -> None:
    page = client.get("/agency/")
    assert page.status_code == 200
    assert "/warwickshire-fire/incident" in page.text
    assert "warwickshire-police" not in page.text
    for words in ("1234", "5 sent again", "unknown-code", "Late", "abababab", "Never", "1 March"):
        assert words in page.text


def test_a_contact_sees_the_own_events_behind_alerts_alone(client: TestClient) -> None:
    listed = client.get("/agency/receipts")
    assert "alert-1" in listed.text
    page = client.get("/agency/receipts/alert-1")
    assert "own-id-of-warwickshire-fire" in page.text
    for one in (listed, page):
        assert "police" not in one.text.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize("role", [Role.CHAIR, Role.ANALYST, Role.AUDITOR, Role.OPERATOR])
@pytest.mark.parametrize(
    "path", ["/agency/", "/agency/receipts", "/agency/receipts/alert-1", "/agency/check"]
)
def test_others_have_no_business_here(
    app: FastAPI, client: TestClient, role: Role, path: str
) -> None:
    sign_in(app, role, None)
    assert client.get(path).status_code == 403


def ask(client: TestClient, event: Any) -> Any:
    text = event if isinstance(event, str) else json.dumps(event)
    return client.post("/agency/check", data={"event": text})


def test_the_dry_door_says_yes_by_recipient(client: TestClient, intake: MemoryIntake) -> None:
    page = ask(client, fire())
    assert page.status_code == 200
    assert ">Yes</h2>" in page.text
    assert "The hub&#39;s correlation" in page.text
    assert "anonymised" in page.text
    assert "What would become of each field" in page.text
    assert "The agreement is for other events than this" in page.text
    assert not intake.kept


def test_it_says_no_with_every_fault_and_shows_no_value_again(client: TestClient) -> None:
    page = ask(client, fire(data={"motive": "SECRET"}))
    assert ">No</h2>" in page.text
    assert "/data/motive" in page.text
    assert "SECRET" not in page.text


def test_another_agency_s_event_is_a_no(client: TestClient) -> None:
    assert "not your agency" in ask(client, fire(source="/warwickshire-police/crime")).text


@pytest.mark.parametrize("text", ["", "{", "x" * 70_000])
def test_what_is_no_event_is_told_beside_the_field(client: TestClient, text: str) -> None:
    page = ask(client, text)
    assert page.status_code == 422
    assert 'href="#event"' in page.text


def test_whoever_sends_concerns_is_told_what_they_are_not(app: FastAPI, client: TestClient) -> None:
    words = NOT_A_REFERRAL.replace("'", "&#39;")
    assert words not in client.get("/agency/").text
    sign_in(app, Role.AGENCY_CONTACT, "warwickshire-education")
    for path in ("/agency/", "/agency/check", "/agency/receipts"):
        assert words in client.get(path).text
