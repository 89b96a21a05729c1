"""Joins accounts, sessions, tokens and the notes of reads on one database."""

from __future__ import annotations

from argon2 import PasswordHasher
from sqlalchemy import Engine

from cioghub.ports.people import People
from cioghub.stores.sql.accounts import SqlAccounts
from cioghub.stores.sql.audit import SqlReads
from cioghub.stores.sql.records import SqlRecords
from cioghub.stores.sql.sessions import SqlSessions
from cioghub.stores.sql.tokens import SqlTokens


def people_on(engine: Engine, hasher: PasswordHasher | None = None) -> People:
    """Return all that the doors need to know who is asking.

    `hasher` says how dear a guess at a password is: by default as RFC 9106 advises where memory is
    short, 64 MiB for each.
    """
    return People(
        SqlAccounts(engine, hasher or PasswordHasher()),
        SqlSessions(engine),
        SqlTokens(engine),
        SqlReads(engine),
        SqlRecords(engine),
    )
