"""A change takes a form of this hub, filled in in this browser."""

import pytest
from fastapi.routing import iter_route_contexts
from tests.people import cookie_of

from cioghub.vocabulary.people import Role
from cioghub.web.who.csrf import proof_of


@pytest.fixture
def secret(client, engine, clock) -> str:
    secret = cookie_of(engine, Role.ANALYST, clock.now())
    client.cookies.set("ciog", secret)
    return secret


def test_the_session_s_own_proof_changes_something(client, secret) -> None:
    assert client.post("/test/change", data={"csrf": proof_of(secret)}).status_code == 200


def test_no_proof_another_s_or_one_that_is_no_text_changes_nothing(client, secret) -> None:
    for data in ({}, {"csrf": ""}, {"csrf": proof_of("another")}, {"csrf": "é"}):
        assert client.post("/test/change", data=data).status_code == 400
    assert client.post("/test/change", files={"csrf": b"x"}).status_code == 400
    assert client.post("/test/change", json={"csrf": proof_of(secret)}).status_code == 400


def test_a_foreign_page_changes_nothing_even_with_the_proof(client, secret) -> None:
    answer = client.post(
        "/test/change",
        data={"csrf": proof_of(secret)},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 400


def test_a_browser_without_a_cookie_changes_nothing(client) -> None:
    assert client.post("/test/change", data={"csrf": proof_of("")}).status_code == 400


def test_every_route_that_changes_something_takes_a_proof_or_a_token(client, secret) -> None:
    changing = [
        (method, route.path)
        for route in iter_route_contexts(client.app.routes)
        for method in (route.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    ]
    assert ("POST", "/sign-in") in changing
    for method, path in changing:
        address = path.replace("{", "").replace("}", "")
        status = client.request(method, address).status_code
        assert status == (401 if path.startswith("/v1/") else 400), (method, path)
