"""The sign-in pages: in, out, the first time, and what is said to whom is not let in."""

import re

import pytest
from sqlalchemy import text
from tests.people import ON_BOTH, PASSWORD, add_person, cookie_of

from cioghub.stores.sql.people_list import PeopleList
from cioghub.stores.sql.sessions import IDLE_SECONDS
from cioghub.stores.sql.throttle import MOST_FROM_ONE_PLACE
from cioghub.vocabulary.people import Role

CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


def csrf_in(page: str) -> str:
    return CSRF.search(page)[1]


def sign_in(client, sign_in: str, password: str = PASSWORD, **more: str):
    csrf = csrf_in(client.get("/sign-in").text)
    fields = {"csrf": csrf, "sign_in": sign_in, "password": password, **more}
    return client.post("/sign-in", data=fields)


@ON_BOTH
def test_the_right_password_opens_a_session_with_a_careful_cookie(client, engine, clock) -> None:
    add_person(engine, Role.CHAIR, clock.now(), ciog="east")
    answer = sign_in(client, "chair-east", next="/test/counts")
    assert (answer.status_code, answer.headers["location"]) == (303, "/test/counts")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("ciog=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie
    assert client.get("/test/counts").json() == "A chair"


def test_by_https_the_cookie_is_this_host_s_alone(hub, engine, clock) -> None:
    from dataclasses import replace

    from starlette.testclient import TestClient

    from cioghub.web.app import create_app

    add_person(engine, Role.ANALYST, clock.now())
    app = create_app(replace(hub, https=True))
    with TestClient(app, base_url="https://127.0.0.1", follow_redirects=False) as client:
        cookie = sign_in(client, "analyst").headers["set-cookie"]
        assert cookie.startswith("__Host-ciog=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_the_browser_s_secret_changes_at_sign_in(client, engine, clock) -> None:
    add_person(engine, Role.ANALYST, clock.now())
    client.get("/sign-in")
    before = client.cookies["ciog"]
    sign_in(client, "analyst")
    assert client.cookies["ciog"] != before
    client.cookies.clear()
    client.cookies.set("ciog", before)
    assert client.get("/test/counts").status_code == 303


def test_signing_in_as_somebody_else_ends_the_session_before(client, engine, clock) -> None:
    before = cookie_of(engine, Role.ANALYST, clock.now())
    add_person(engine, Role.AUDITOR, clock.now())
    client.cookies.set("ciog", before)
    csrf = csrf_in(client.get("/").text)
    fields = {"csrf": csrf, "sign_in": "auditor", "password": PASSWORD}
    assert client.post("/sign-in", data=fields).status_code == 303
    client.cookies.clear()
    client.cookies.set("ciog", before)
    assert client.get("/test/counts").status_code == 303


@pytest.mark.parametrize("name", ["analyst", "nobody", "", "<b>x</b>"])
def test_a_wrong_sign_in_says_the_same_to_everybody(client, engine, clock, name) -> None:
    add_person(engine, Role.ANALYST, clock.now())
    answer = sign_in(client, name, "not the password")
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "<title>Error: Sign in" in answer.text
    assert "<b>" not in answer.text
    assert "not the password" not in answer.text


@ON_BOTH
def test_too_many_tries_wait(client, engine, clock) -> None:
    add_person(engine, Role.ANALYST, clock.now())
    for _ in range(MOST_FROM_ONE_PLACE):
        sign_in(client, "analyst", "not the password")
    answer = sign_in(client, "analyst")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900


def test_signing_out_ends_the_session_on_the_hub_too(client, engine, clock) -> None:
    secret = cookie_of(engine, Role.ANALYST, clock.now())
    client.cookies.set("ciog", secret)
    csrf = csrf_in(client.get("/").text)
    assert client.post("/sign-out", data={"csrf": csrf}).status_code == 303
    client.cookies.set("ciog", secret)
    assert client.get("/test/counts").status_code == 303


def test_an_idle_session_is_sent_to_sign_in(client, engine, clock) -> None:
    client.cookies.set("ciog", cookie_of(engine, Role.ANALYST, clock.now()))
    clock.at += IDLE_SECONDS + 1
    assert client.get("/test/counts").headers["location"] == "/sign-in?next=/test/counts"


@ON_BOTH
def test_a_code_becomes_a_password_and_lets_its_owner_in(client, engine, clock) -> None:
    people = PeopleList(engine)
    _, code = people.add("dpo", "A DPO", Role.DPO, None, "geh-nhs", "test", clock.now())
    csrf = csrf_in(client.get("/sign-in/first").text)
    fields = {"csrf": csrf, "sign_in": "dpo", "code": code, "password": PASSWORD}
    mistyped = client.post("/sign-in/first", data={**fields, "again": "another"})
    assert (mistyped.status_code, "not the same" in mistyped.text) == (400, True)
    weak = client.post("/sign-in/first", data={**fields, "password": "short", "again": "short"})
    assert (weak.status_code, "12 to 256" in weak.text) == (400, True)
    answer = client.post("/sign-in/first", data={**fields, "again": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/test/counts").json() == "A DPO"


def test_a_spent_code_is_refused(client) -> None:
    csrf = csrf_in(client.get("/sign-in/first").text)
    fields = {"csrf": csrf, "sign_in": "dpo", "code": "A" * 20, "password": PASSWORD}
    answer = client.post("/sign-in/first", data={**fields, "again": PASSWORD})
    assert (answer.status_code, "is spent" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/tactical/?of=east", "/tactical/?of=east"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nX: y", "/"),
        ("", "/"),
    ],
)
def test_a_sign_in_leads_onward_on_this_hub_alone(client, engine, clock, asked, led) -> None:
    add_person(engine, Role.ANALYST, clock.now())
    assert sign_in(client, "analyst", next=asked).headers["location"] == led


def test_who_is_signed_in_is_led_onward_at_once(client, engine, clock) -> None:
    client.cookies.set("ciog", cookie_of(engine, Role.ANALYST, clock.now()))
    assert client.get("/sign-in?next=/tactical/").headers["location"] == "/tactical/"


def test_a_reason_is_chosen_from_those_of_the_role(client, engine, clock) -> None:
    client.cookies.set("ciog", cookie_of(engine, Role.ANALYST, clock.now(), reason=None))
    csrf = csrf_in(client.get("/reason").text)
    for reason in ("curiosity", "", "data-protection-review"):
        answer = client.post("/reason", data={"csrf": csrf, "reason": reason})
        assert (answer.status_code, "Choose what you read for" in answer.text) == (400, True)


def test_the_reason_page_is_for_who_is_signed_in(client) -> None:
    assert client.get("/reason").headers["location"] == "/sign-in?next=/reason"


def test_nothing_that_was_typed_in_secret_is_in_the_database(client, engine, clock) -> None:
    add_person(engine, Role.ANALYST, clock.now())
    sign_in(client, "analyst", "not the password at all")
    sign_in(client, "analyst")
    with engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
        actions = [row[0] for row in connection.execute(text("select action from audit"))]
    assert "not the password at all" not in dump
    assert client.cookies["ciog"] not in dump
    assert actions == ["person-added", "password-set", "signed-in"]
