"""What an identity provider says is believed only when all of it is right.

A provider that lies stands here on a port of its own: a good one is in `tests/live`.
"""

from __future__ import annotations

import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from cioghub.ports.people import Departure
from cioghub.vocabulary.people import Role
from cioghub.web.who.openid_settings import Mapped, OpenIdSettings
from cioghub.web.who.provider import NotVouched, Provider

NOW = 1_790_000_000
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
SECRET = "a client's secret that is long enough for HS256"
DEPARTURE = Departure("the nonce", "v" * 43, "/")


class Liar:
    """Says what a test wants it to say."""

    def __init__(self) -> None:
        self.token: str = ""
        self.issuer: str = ""
        self.discovery: dict[str, object] = {}
        self.userinfo: dict[str, object] = {}
        self.keys = [KEY.as_dict(private=False)]

    def answer(self, path: str) -> dict[str, object]:
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "userinfo_endpoint": f"{self.issuer}/me",
                **self.discovery,
            }
        if path == "/jwks":
            return {"keys": self.keys}
        if path == "/me":
            return self.userinfo
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token}


@pytest.fixture
def liar() -> Iterator[Liar]:
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.dumps(liar.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield liar
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def provider(liar: Liar) -> Provider:
    return Provider(settings(liar.issuer), SECRET)


def settings(issuer: str) -> OpenIdSettings:
    return OpenIdSettings(
        name="it",
        issuer=issuer,
        address="http://127.0.0.1:8600",
        client_id="hub",
        client_secret_file=Path("x"),
        claim="groups",
        roles=(Mapped(value="analysts", role=Role.ANALYST),),
    )


def claims(liar: Liar, **changed: object) -> dict[str, object]:
    good = {
        "iss": liar.issuer,
        "sub": "0042",
        "aud": "hub",
        "iat": NOW,
        "exp": NOW + 300,
        "nonce": "the nonce",
        "groups": ["analysts"],
        "name": " An Analyst ",
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(content: dict[str, object], key: RSAKey = KEY, kid: str = "one") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, content, key)


def base64url(header: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def test_a_good_token_says_who_it_is(liar, provider) -> None:
    liar.token = signed(claims(liar))
    found = provider.arrive("code", None, DEPARTURE, NOW)
    assert (found.issuer, found.subject, found.name) == (liar.issuer, "0042", "An Analyst")
    assert (found.role, found.ciog, found.party) == (Role.ANALYST, None, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": "another client", "azp": "hub"},
        {"aud": ["hub", "another"], "azp": "another"},
        {"aud": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"sub": None},
        {"at_hash": "of another access token"},
        {"groups": ["others"]},
        {"groups": {"analysts": True}},
    ],
    ids=str,
)
def test_one_claim_that_is_wrong_lets_nobody_in(liar, provider, changed) -> None:
    liar.token = signed(claims(liar, **changed))
    with pytest.raises(NotVouched):
        provider.arrive("code", None, DEPARTURE, NOW)


def test_a_signature_of_another_key_lets_nobody_in(liar, provider) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    liar.token = signed(claims(liar), other)
    with pytest.raises(NotVouched):
        provider.arrive("code", None, DEPARTURE, NOW)


def test_a_shared_secret_or_a_public_key_as_a_secret_signs_nothing(liar, provider) -> None:
    body = signed(claims(liar)).split(".")[1]
    for secret in (SECRET.encode(), KEY.as_pem(private=False)):
        head = base64url({"alg": "HS256", "kid": "one"})
        sealed = hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
        liar.token = f"{head}.{body}.{urlsafe_b64encode(sealed).decode().rstrip('=')}"
        with pytest.raises(NotVouched):
            provider.arrive("code", None, DEPARTURE, NOW)


def test_no_signature_lets_nobody_in(liar, provider) -> None:
    head, body, _ = signed(claims(liar)).split(".")
    none = base64url({"alg": "none", "kid": "one"})
    for token in (f"{none}.{body}.", f"{head}.{body}.", "", "a.b.c"):
        liar.token = token
        with pytest.raises(NotVouched):
            provider.arrive("code", None, DEPARTURE, NOW)


def test_a_changed_key_of_the_provider_is_asked_for_again(liar, provider) -> None:
    liar.token = signed(claims(liar))
    provider.arrive("code", None, DEPARTURE, NOW)
    new = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})
    liar.keys = [new.as_dict(private=False)]
    liar.token = signed(claims(liar), new, kid="two")
    assert provider.arrive("code", None, DEPARTURE, NOW).subject == "0042"


def test_the_claim_may_be_told_only_when_asked_for_and_of_the_same_subject(liar, provider) -> None:
    liar.token = signed(claims(liar, groups=None))
    liar.userinfo = {"sub": "0042", "groups": ["analysts"]}
    assert provider.arrive("code", None, DEPARTURE, NOW).role is Role.ANALYST
    liar.userinfo = {"sub": "0043", "groups": ["analysts"]}
    with pytest.raises(NotVouched):
        provider.arrive("code", None, DEPARTURE, NOW)


def test_an_answer_without_its_issuer_is_refused_where_the_provider_names_it(liar) -> None:
    liar.discovery = {"authorization_response_iss_parameter_supported": True}
    liar.token = signed(claims(liar))
    provider = Provider(settings(liar.issuer), SECRET)
    with pytest.raises(NotVouched):
        provider.arrive("code", None, DEPARTURE, NOW)
    assert provider.arrive("code", liar.issuer, DEPARTURE, NOW).subject == "0042"


def test_a_provider_in_another_s_name_is_not_asked(liar) -> None:
    liar.discovery = {"issuer": "https://other.example"}
    with pytest.raises(NotVouched):
        Provider(settings(liar.issuer), SECRET).depart("/")


def test_a_provider_that_is_not_there_lets_nobody_in() -> None:
    with pytest.raises(NotVouched):
        Provider(settings("http://127.0.0.1:9"), SECRET).depart("/")
