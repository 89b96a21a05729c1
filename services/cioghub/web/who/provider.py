"""The partnership's identity provider, by the code flow of OpenID Connect with PKCE.

Rules for editors:
1. Nothing of a token is believed before signature, issuer, audience, time and nonce are checked.
2. Only signatures with the provider's own public keys count: no shared secret, no `none`.
3. No token is kept: the hub's own session takes their place.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from cioghub.ports.people import Departure, Outsider
from cioghub.web.who.openid_settings import AFTER, BACK, OpenIdSettings

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
LEEWAY_SECONDS = 60
_PATIENCE_SECONDS = 10
_MOST_LETTERS = 100
DISCOVERY = "/.well-known/openid-configuration"


class NotVouched(Exception):
    """The provider did not vouch for somebody, or nothing that it said gives them a role."""


class Provider:
    """One identity provider; asked for what it is when somebody first wants to sign in there."""

    def __init__(self, settings: OpenIdSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret
        self._lock = threading.Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def depart(self, onward: str) -> tuple[str, str, Departure]:
        """Return the address to send somebody to, the state, and what to keep until they are back.

        Raises:
            NotVouched: the provider cannot be reached, or is not what it should be.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._told("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        return address, state, Departure(nonce, verifier, onward)

    def arrive(self, code: str, issuer: str | None, departure: Departure, at: int) -> Outsider:
        """Return whom the provider vouches for by a code, and the role that settings give them.

        `issuer` is what the answer said of itself, None where it said nothing; `at` is now.

        Raises:
            NotVouched: it vouches for nobody, or for somebody without a role here.
        """
        says_issuer = self._known().get("authorization_response_iss_parameter_supported") is True
        if issuer != self.settings.issuer and (issuer is not None or says_issuer):
            raise NotVouched("issuer")
        if not code:
            raise NotVouched("no code")
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._told("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=departure.verifier,
                )
                claims = self._checked(token, departure.nonce, at)
                if self.settings.claim not in claims:
                    claims = self._with_more(client, claims)
        except (AuthlibBaseError, JoseError, httpx2.HTTPError, KeyError, ValueError) as error:
            raise NotVouched(type(error).__name__) from error
        mapped = self.settings.role_of(claims.get(self.settings.claim))
        if mapped is None:
            raise NotVouched("role")
        return Outsider(
            issuer=self.settings.issuer,
            subject=str(claims["sub"]),
            name=_name(claims),
            role=mapped.role,
            ciog=mapped.ciog,
            party=mapped.party,
        )

    def leave(self) -> str:
        """Return the address at which somebody signs out at the provider too, and then comes back.

        Raises:
            NotVouched: the provider cannot be reached, or lets nobody sign out that way.
        """
        asked = {
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": self.settings.address + AFTER,
        }
        address: str = add_params_to_uri(self._told("end_session_endpoint"), asked)
        return address

    def _checked(self, token: Mapping[str, Any], nonce: str, at: int) -> Mapping[str, Any]:
        """Return the claims of the ID token in an answer, once all about it is right."""
        try:
            decoded = jwt.decode(token["id_token"], self._key_set(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # the provider has changed its keys since
            self._keys = None
            decoded = jwt.decode(token["id_token"], self._key_set(), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.settings.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self.settings.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(now=at, leeway=LEEWAY_SECONDS)
        checked: Mapping[str, Any] = claims
        return checked

    def _with_more(self, client: OAuth2Client, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the claims with what the provider tells of the same subject when it is asked."""
        if "userinfo_endpoint" not in self._known():
            return claims
        answer = client.get(self._told("userinfo_endpoint"))
        answer.raise_for_status()
        more = answer.json()
        if more["sub"] != claims["sub"]:
            raise NotVouched("subject")
        return {**more, **claims}

    def _client(self) -> OAuth2Client:
        # Loaded when somebody first signs in there: a hub without a provider starts without it.
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            client_id=self.settings.client_id,
            client_secret=self._secret,
            scope=self.settings.scope,
            redirect_uri=self.settings.address + BACK,
            code_challenge_method="S256",
            timeout=_PATIENCE_SECONDS,
        )

    def _told(self, name: str) -> str:
        address = self._known().get(name)
        if not isinstance(address, str):
            raise NotVouched("discovery")
        return address

    def _known(self) -> Mapping[str, Any]:
        """Return what the provider says of itself, asked for once."""
        with self._lock:
            if self._metadata is None:
                found = _json(self.settings.issuer.rstrip("/") + DISCOVERY)
                if found.get("issuer") != self.settings.issuer:
                    raise NotVouched("discovery")
                self._metadata = found
            return self._metadata

    def _key_set(self) -> KeySet:
        if self._keys is None:
            # The library checks what it is given; its type says that it has been checked before.
            told: Any = _json(self._told("jwks_uri"))
            self._keys = KeySet.import_key_set(told)
        return self._keys


def _json(address: str) -> dict[str, Any]:
    try:
        answer = httpx2.get(address, timeout=_PATIENCE_SECONDS)
        answer.raise_for_status()
        found = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise NotVouched("discovery") from error
    if not isinstance(found, dict):
        raise NotVouched("discovery")
    return found


def _name(claims: Mapping[str, Any]) -> str:
    """Return the name that others read beside what somebody did."""
    for claim in ("name", "preferred_username", "email"):
        name = claims.get(claim)
        if isinstance(name, str) and name.strip():
            return name.strip()[:_MOST_LETTERS]
    return "Somebody without a name"
