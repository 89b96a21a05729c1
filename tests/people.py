"""People for tests: real accounts, sessions and tokens on a real database, with cheap hashes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from cioghub.ports.people import People
from cioghub.stores.sql import people as stores
from cioghub.stores.sql.accounts import SqlAccounts
from cioghub.stores.sql.people_list import PeopleList
from cioghub.stores.sql.sessions import SqlSessions
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.people import Person, Reason, Role, audience_of

PASSWORD = "three words for tests"
ON_BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
"""For tests of pages on each kind of database that a hub runs on."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class HandClock:
    """A clock that stands still until a test moves it."""

    at: int = 1_790_000_000

    def now(self) -> int:
        return self.at


def people_on(engine: Engine) -> People:
    """Return the real thing on a database, with passwords that are cheap to hash."""
    return stores.people_on(engine, CHEAP)


def add_person(
    engine: Engine, role: Role, at: int, ciog: str | None = None, party: str | None = None
) -> str:
    """Add somebody whose sign-in name is their role and area or agency; return the name."""
    sign_in = "-".join(part for part in (role.value, ciog, party) if part)
    _, code = PeopleList(engine).add(sign_in, f"A {role}", role, ciog, party, "test", at)
    SqlAccounts(engine, CHEAP).set_password(sign_in, code, PASSWORD, "", at)
    return sign_in


def cookie_of(
    engine: Engine,
    role: Role,
    at: int,
    ciog: str | None = None,
    party: str | None = None,
    reason: Reason | None = Reason.QUEUE,
) -> str:
    """Return the secret of a new session of somebody new: the value of the cookie `ciog`."""
    sign_in = add_person(engine, role, at, ciog, party)
    person = SqlAccounts(engine, CHEAP).check(sign_in, PASSWORD, "", at)
    sessions = SqlSessions(engine)
    secret = sessions.start(person, at, None)
    if reason is not None:
        sessions.give_reason(secret, reason, at)
    return secret


def feed_token(engine: Engine, source: str, at: int) -> str:
    """Return the secret of a new token of a feed."""
    return SqlTokens(engine).make(Kind.FEED, source, None, 30, "test", at)[1]


def reader_token(engine: Engine, audience: str, at: int) -> str:
    """Return the secret of a new token of a reader."""
    return SqlTokens(engine).make(Kind.READER, audience, Reason.QUEUE, 30, "test", at)[1]


def somebody(role: Role, ciog: str | None = None, party: str | None = None) -> Person:
    """Return a person who is in no database."""
    return Person("p-1", "Somebody", role, audience_of(role, ciog), ciog, party)
