"""People's accounts: local ones with an argon2 hash, and those that a provider vouches for.

Rules for editors:
1. A name that nobody has costs the same work and gets the same answer as a wrong password.
2. Nothing slow happens inside a transaction: it would hold up the events.
3. What a provider says of a role is taken anew at every sign-in; who was disabled here stays out.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import Engine, delete, insert, select, update

from cioghub.ports.people import NotLetIn, Outsider, Refusal
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.people_rows import person_of
from cioghub.stores.sql.secrets_at_rest import as_typed, kept
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.throttle import count_try, forget_tries
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.people import Person

LEAST_LETTERS = 12
MOST_LETTERS = 256
_LEAST_DIFFERENT = 5
_AT_ONCE = 2
"""Hashes at once: each takes 64 MiB, and the hub has other work."""
_PATIENCE_SECONDS = 5

_PERSON = METADATA.tables["person"]
_CODE = METADATA.tables["entry_code"]
_SESSION = METADATA.tables["session"]


class SqlAccounts:
    """Knows people, and lets them in. `hasher` says how dear a guess is."""

    def __init__(self, engine: Engine, hasher: PasswordHasher) -> None:
        self._engine = engine
        self._hasher = hasher
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = _hash_of_nobody(hasher)

    def check(self, sign_in: str, password: str, address: str, at: int) -> Person:
        """Return who signs in with this name and password from this network address.

        Raises:
            NotLetIn: they are not right, were tried too often, or too many are checked at once.
        """
        name = sign_in_name(sign_in)
        with writing(self._engine) as connection:
            count_try(connection, name, address, at)
            row = connection.execute(select(_PERSON).where(_PERSON.c.sign_in == name)).first()
        known = row is not None and row.password is not None and row.disabled is None
        right = self._verified(row.password if known and row else self._nobodys, password)
        if row is None or not known or not right:
            raise NotLetIn(Refusal.WRONG)
        dearer = None
        if self._hasher.check_needs_rehash(row.password):
            dearer = self._hashed(password)
        with writing(self._engine) as connection:
            forget_tries(connection, name, address)
            if dearer is not None:
                connection.execute(
                    update(_PERSON).where(_PERSON.c.id == row.id).values(password=dearer)
                )
                audit(connection, at, row.id, "password-rehashed", row.id, {})
        return person_of(row)

    def set_password(self, sign_in: str, code: str, password: str, address: str, at: int) -> Person:
        """Return the person whose one-time code this was, now with this password.

        All their sessions end.

        Raises:
            NotLetIn: the code is wrong, old or used, was tried too often, or the password is weak.
        """
        name = sign_in_name(sign_in)
        if weak(password, name):
            raise NotLetIn(Refusal.WEAK)
        with writing(self._engine) as connection:
            count_try(connection, name, address, at)
        hashed = self._hashed(password)
        with writing(self._engine) as connection:
            row = connection.execute(
                select(_PERSON)
                .join(_CODE, _CODE.c.person == _PERSON.c.id)
                .where(
                    _PERSON.c.sign_in == name,
                    _PERSON.c.disabled.is_(None),
                    _CODE.c.hash == kept(as_typed(code)),
                    _CODE.c.expires > at,
                )
            ).first()
            if row is None:
                raise NotLetIn(Refusal.SPENT)
            connection.execute(delete(_CODE).where(_CODE.c.person == row.id))
            connection.execute(delete(_SESSION).where(_SESSION.c.person == row.id))
            connection.execute(
                update(_PERSON).where(_PERSON.c.id == row.id).values(password=hashed)
            )
            forget_tries(connection, name, address)
            audit(connection, at, row.id, "password-set", row.id, {})
        return person_of(row)

    def admit(self, outsider: Outsider, at: int) -> Person:
        """Return the person whom a provider vouched for, made or brought up to date.

        Raises:
            NotLetIn: they were disabled here.
        """
        theirs = (_PERSON.c.issuer == outsider.issuer, _PERSON.c.subject == outsider.subject)
        said: dict[str, Any] = {
            "name": outsider.name,
            "role": outsider.role.value,
            "ciog": outsider.ciog,
            "party": outsider.party,
        }
        with writing(self._engine) as connection:
            row = connection.execute(select(_PERSON).where(*theirs)).first()
            if row is None:
                person_id = new_person_id()
                connection.execute(
                    insert(_PERSON).values(
                        id=person_id,
                        issuer=outsider.issuer,
                        subject=outsider.subject,
                        added=at,
                        **said,
                    )
                )
                audit(connection, at, person_id, "person-admitted", person_id, _role_of(said))
            elif row.disabled is not None:
                raise NotLetIn(Refusal.DISABLED)
            elif any(getattr(row, field) != value for field, value in said.items()):
                connection.execute(update(_PERSON).where(*theirs).values(**said))
                audit(connection, at, row.id, "person-changed", row.id, _role_of(said))
            return person_of(connection.execute(select(_PERSON).where(*theirs)).one())

    def _verified(self, hashed: str, password: str) -> bool:
        with self._turn():
            try:
                return len(password) <= MOST_LETTERS and self._hasher.verify(
                    hashed, as_written(password)
                )
            except (VerificationError, InvalidHashError):
                return False

    def _hashed(self, password: str) -> str:
        with self._turn():
            return self._hasher.hash(as_written(password))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_PATIENCE_SECONDS):
            raise NotLetIn(Refusal.BUSY, _PATIENCE_SECONDS)
        try:
            yield
        finally:
            self._turns.release()


def sign_in_name(text: str) -> str:
    """Return a sign-in name as it is kept: in small letters, without the spaces around it."""
    return unicodedata.normalize("NFKC", text[:MOST_LETTERS]).strip().casefold()


def as_written(password: str) -> str:
    """Return a password as it is hashed, the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def weak(password: str, sign_in: str) -> bool:
    """Return whether a password is too easily guessed, or longer than the hub takes."""
    return (
        not LEAST_LETTERS <= len(password) <= MOST_LETTERS
        or len(set(password)) < _LEAST_DIFFERENT
        or sign_in in password.casefold()
    )


def new_person_id() -> str:
    """Return a new id for a person: nothing of them is in it."""
    return f"p-{secrets.token_hex(6)}"


def _role_of(said: dict[str, Any]) -> dict[str, str | None]:
    return {field: said[field] for field in ("role", "ciog", "party")}


def _hash_of_nobody(hasher: PasswordHasher) -> str:
    """Return a hash that no password is known for, and that costs as much to check as any other."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2{hasher.type.name.lower()}$v={ARGON2_VERSION}${cost}${salt}${digest}"
