"""In a demo a visitor chooses whom to be; in no other hub is there such a door."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.people import HandClock, people_on

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.cli.demo_cast import cast_of, sessions_of
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.people_list import PeopleList
from cioghub.vocabulary.people import Role
from cioghub.web.app import create_app
from cioghub.web.demo.routes import HOME
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    engine = open_database(tmp_path_factory.mktemp("demo"))
    areas = read_areas(default_areas())
    loaded = checked_bundle(default_rules(), areas)
    clock = HandClock()
    people = people_on(engine)
    unasked: dict[str, Any] = {
        field.name: None for field in fields(Hub) if field.default is MISSING
    }
    given: dict[str, Any] = {
        "clock": clock,
        "loaded": loaded,
        "people": replace(people, sessions=sessions_of(engine)),
        "label": "Simulated data",
        "cast": cast_of(PeopleList(engine), areas, loaded.bundle.parties, clock.now()),
    }
    return Hub(**{**unasked, **given})


@pytest.fixture
def client(hub: Hub) -> TestClient:
    return TestClient(create_app(hub), base_url="http://localhost", follow_redirects=False)


def proof(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/").text)
    assert found
    return found.group(1)


def test_there_is_somebody_in_every_role_and_for_every_area_and_publisher(hub: Hub) -> None:
    assert {actor.person.role for actor in hub.cast} == set(Role) == set(HOME)
    areas, parties = hub.loaded.bundle.areas, hub.loaded.bundle.parties
    assert {a.person.ciog for a in hub.cast} >= {ciog.id for ciog in areas.ciogs}
    assert {a.person.party for a in hub.cast} >= {p.id for p in parties.parties if p.feeds}


def test_everybody_can_be_chosen_on_the_first_page_and_is_then_signed_in(
    hub: Hub, client: TestClient
) -> None:
    assert client.get("/").text.count('action="/demo/sign-in"') == len(hub.cast)
    for actor in hub.cast:
        form = {"csrf": proof(client), "person": actor.person.id}
        answer = client.post("/demo/sign-in", data=form)
        assert answer.status_code == 303
        assert answer.headers["Location"] == HOME[actor.person.role]
        assert actor.person.name in client.get("/help").text


def test_a_session_of_a_demo_lasts_whatever_its_own_clock_says(
    hub: Hub, client: TestClient
) -> None:
    chosen = hub.cast[0].person
    client.post("/demo/sign-in", data={"csrf": proof(client), "person": chosen.id})
    assert isinstance(hub.clock, HandClock)
    hub.clock.at += 30 * 86_400
    assert chosen.name in client.get("/help").text


def test_nobody_outside_the_cast_can_be_chosen(client: TestClient) -> None:
    form = {"csrf": proof(client), "person": "somebody-else"}
    assert client.post("/demo/sign-in", data=form).status_code == 404


def test_a_foreign_page_can_choose_nobody(hub: Hub, client: TestClient) -> None:
    client.get("/")
    form = {"csrf": "0" * 64, "person": hub.cast[0].person.id}
    assert client.post("/demo/sign-in", data=form).status_code == 400


def test_a_hub_without_a_cast_has_no_such_door(hub: Hub) -> None:
    plain = create_app(replace(hub, cast=()))
    client = TestClient(plain, base_url="http://localhost", follow_redirects=False)
    assert "/demo/" not in client.get("/").text
    client.get("/sign-in")
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/sign-in").text)
    assert found
    form = {"csrf": found.group(1), "person": hub.cast[0].person.id}
    assert client.post("/demo/sign-in", data=form).status_code in (404, 405)


def test_only_the_demo_gives_a_hub_a_cast() -> None:
    import cioghub

    package = Path(cioghub.__file__).parent
    giving = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bcast_of\(|cast=", path.read_text(encoding="utf-8"))
    }
    assert giving == {"cli/demo_cast.py", "cli/demo_live.py"}
