"""Seals what a door tells the sharers and nobody else may read on its way, or try guesses on.

Any door can seal, with the key that the first sharer put into the database that all share. What
opens a seal is derived of the hub's secret, which sharers alone have.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, select

from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import upsert
from cioghub.vocabulary.keys import Secret

_SEAL = METADATA.tables["seal"]
_FOR = b"cioghub-seal-v1"
_KEY_BYTES = 32
_ONCE = bytes(12)
"""The nonce: a key of its own seals each content, so that there is no second."""


class Unsealing:
    """Opens what was sealed for the hub of a secret (32 bytes)."""

    def __init__(self, secret: Secret) -> None:
        self._key = X25519PrivateKey.from_private_bytes(secret.reveal())
        self._public = self._key.public_key().public_bytes_raw()

    def keep(self, engine: Engine) -> None:
        """Let every door on a database seal for this hub."""
        row = {"number": 1, "public": self._public}
        with engine.begin() as connection:
            statement = upsert(connection, _SEAL).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=row))

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            ValueError: it was not sealed for this hub.
        """
        own, content = sealed[:_KEY_BYTES], sealed[_KEY_BYTES:]
        try:
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(own))
            return _cipher(shared, own, self._public).decrypt(_ONCE, content, None)
        except (InvalidTag, ValueError):  # the latter where it is too short, or no key
            raise ValueError("not sealed for this hub") from None


class SqlSeal:
    """Seals for the sharers on a database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._public: bytes | None = None

    def seal(self, content: bytes) -> bytes | None:
        """Return a content sealed, never twice alike; None while no sharer ever ran."""
        if self._public is None:
            with self._engine.connect() as connection:
                self._public = connection.scalar(select(_SEAL.c.public))
        return None if self._public is None else _sealed(content, self._public)


def _sealed(content: bytes, public: bytes) -> bytes:
    key = X25519PrivateKey.generate()
    own = key.public_key().public_bytes_raw()
    shared = key.exchange(X25519PublicKey.from_public_bytes(public))
    return own + _cipher(shared, own, public).encrypt(_ONCE, content, None)


def _cipher(shared: bytes, own: bytes, public: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), 32, None, _FOR + own + public).derive(shared))
