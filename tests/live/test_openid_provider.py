"""People sign in at a real, certified identity provider, and only they."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from tests.live.real_provider import CLIENT_SECRET, installed, running
from tests.people import cookie_of

from cioghub.vocabulary.people import Role
from cioghub.web.app import create_app
from cioghub.web.who.csrf import proof_of
from cioghub.web.who.openid_settings import BACK, Mapped, OpenIdSettings
from cioghub.web.who.provider import Provider

HUB = "http://127.0.0.1:8600"
ROLES = (
    Mapped(value="ciog-east-chairs", role=Role.CHAIR, ciog="east"),
    Mapped(value="hospital-dpos", role=Role.DPO, party="geh-nhs"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("openid") / "provider")


@pytest.fixture(scope="module", params=["token", "userinfo"])
def issuer(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    with running(folder, HUB + BACK, request.param) as issuer:
        yield issuer


@pytest.fixture
def client(live, issuer: str) -> Iterator[TestClient]:
    live.clock.at = int(time.time())  # the provider has a clock of its own
    settings = OpenIdSettings(
        name="the county's sign-in",
        issuer=issuer,
        address=HUB,
        client_id="hub",
        client_secret_file=Path("not-read-here"),
        claim="groups",
        roles=ROLES,
    )
    hub = replace(
        live.app.state.hub,
        openid=Provider(settings, CLIENT_SECRET),
        hosts=frozenset({"127.0.0.1"}),
    )
    with TestClient(create_app(hub), base_url=HUB, follow_redirects=False) as client:
        yield client


def depart(client: TestClient, onward: str = "/reason") -> str:
    """Return the address at the provider that the hub sends somebody to."""
    answer = client.get(f"/sign-in/openid?next={onward}")
    assert answer.status_code == 303
    return answer.headers["location"]


def sign_in_there(address: str, login: str, browser: httpx2.Client | None = None) -> str:
    """Sign in at the provider as a person would, and return the address that leads back."""
    with nullcontext(browser) if browser else httpx2.Client(follow_redirects=False) as browser:
        for _ in range(12):
            answer = browser.get(address)
            while answer.status_code in (302, 303):
                address = urljoin(address, answer.headers["location"])
                if address.startswith(HUB):
                    return address
                answer = browser.get(address)
            asks = "login" if 'name="login"' in answer.text else "consent"
            fields = {"prompt": asks, "login": login, "password": "any will do there"}
            answer = browser.post(address, data=fields)
            address = urljoin(address, answer.headers["location"])
    raise AssertionError("the provider does not send anybody back")


def come_back(client: TestClient, login: str, onward: str = "/reason"):
    return client.get(sign_in_there(depart(client, onward), login))


def admitted(live) -> list[tuple]:
    with live.opened.engine.connect() as connection:
        rows = connection.execute(text("select subject, name, role, ciog, party from person"))
        return [tuple(row) for row in rows]


def test_the_hub_sends_a_state_a_nonce_and_a_challenge_and_no_secret(client) -> None:
    query = parse_qs(urlsplit(depart(client)).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len({query[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert CLIENT_SECRET not in str(query)


def test_who_is_vouched_for_comes_in_with_the_role_of_their_claim(client, live) -> None:
    before = depart(client) and client.cookies["ciog"]
    answer = come_back(client, "a.chair", "/tactical/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tactical/")
    assert client.cookies["ciog"] != before
    assert client.get("/reason").status_code == 200
    assert admitted(live) == [("a.chair", "Name of a.chair", "chair", "east", None)]


def test_signing_in_twice_is_the_same_person(client, live) -> None:
    come_back(client, "a.dpo")
    client.cookies.clear()
    come_back(client, "a.dpo")
    assert admitted(live) == [("a.dpo", "Name of a.dpo", "dpo", None, "geh-nhs")]


@pytest.mark.parametrize("login", ["a.stranger", "a.double"])
def test_who_has_no_role_here_or_two_stays_out(client, live, login) -> None:
    answer = come_back(client, login)
    assert (answer.status_code, "gives you no role" in answer.text) == (403, True)
    assert admitted(live) == []
    assert client.get("/reason").status_code == 303


def test_the_way_back_is_good_once(client) -> None:
    back = sign_in_there(depart(client), "a.chair")
    assert client.get(back).status_code == 303
    client.cookies.clear()
    assert client.get(back).status_code == 400


def test_the_way_back_is_good_in_the_browser_that_began_it_alone(client, live) -> None:
    back = sign_in_there(depart(client), "a.chair")
    client.cookies.clear()
    depart(client)
    answer = client.get(back)
    assert (answer.status_code, "begun elsewhere" in answer.text) == (400, True)
    assert admitted(live) == []


@pytest.mark.parametrize("column", ["nonce", "verifier"])
def test_another_nonce_or_verifier_lets_nobody_in(client, live, column) -> None:
    back = sign_in_there(depart(client), "a.chair")
    with live.opened.engine.begin() as connection:
        connection.execute(text(f"update departure set {column} = '{'x' * 43}'"))
    assert client.get(back).status_code == 403
    assert admitted(live) == []


def test_who_says_no_at_the_provider_is_back_at_the_form(client) -> None:
    query = parse_qs(urlsplit(depart(client)).query)
    answer = client.get(f"{BACK}?error=access_denied&state={query['state'][0]}")
    assert (answer.status_code, "did not say who you are" in answer.text) == (403, True)


def test_an_answer_in_another_provider_s_name_is_refused(client, issuer) -> None:
    back = sign_in_there(depart(client), "a.chair")
    other = back.replace(issuer.rpartition(":")[2], "1")
    assert other != back
    assert client.get(other).status_code == 403


def test_the_sign_in_page_offers_it(client) -> None:
    page = client.get("/sign-in?next=/tactical/").text
    assert "Sign in with the county&#39;s sign-in" in page
    assert 'href="/sign-in/openid?next=/tactical/"' in page


def test_who_signs_out_can_sign_out_at_the_provider_too(client, issuer) -> None:
    with httpx2.Client(follow_redirects=False) as browser:
        client.get(sign_in_there(depart(client), "a.chair", browser))
        knows = browser.get(depart(client))
        assert knows.headers["location"].startswith(HUB)  # nobody is asked for a password again
        out = client.post("/sign-out", data={"csrf": proof_of(client.cookies["ciog"])})
        page = client.get(out.headers["location"]).text
        assert "county&#39;s sign-in may still know you" in page
        there = client.get("/signed-out/openid")
        assert there.headers["location"].startswith(f"{issuer}/session/end?client_id=hub&")
        asked = browser.get(there.headers["location"]).text
        proof = re.search(r'name="xsrf" value="(\w+)"', asked)[1]
        confirmed = {"xsrf": proof, "logout": "yes"}
        done = browser.post(f"{issuer}/session/end/confirm", data=confirmed)
        assert done.headers["location"] == f"{HUB}/sign-in"
        assert not browser.get(depart(client)).headers["location"].startswith(HUB)


def test_who_has_an_account_here_is_not_sent_to_the_provider(client, live) -> None:
    secret = cookie_of(live.opened.engine, Role.ANALYST, live.clock.now())
    client.cookies.set("ciog", secret)
    out = client.post("/sign-out", data={"csrf": proof_of(secret)})
    assert (out.status_code, out.headers["location"]) == (303, "/")
