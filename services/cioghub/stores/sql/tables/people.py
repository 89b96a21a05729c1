"""Who signs in, tokens and sessions, what was changed and what was read.

Times are whole seconds since 1970 UTC. No secret is kept: a password is an argon2 hash, a token, a
code and a session the SHA-256 of a long random secret.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class PersonRow(SQLModel, table=True):
    """One person; known by a sign-in name here, or by issuer and subject at a provider."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: str = Field(primary_key=True)
    name: str
    sign_in: str | None = Field(default=None, unique=True)
    password: str | None = None
    issuer: str | None = None
    subject: str | None = None
    role: str
    ciog: str | None = None
    party: str | None = None
    added: int
    disabled: int | None = None


class EntryCodeRow(SQLModel, table=True):
    """The one code with which a person may set a password, once, until it expires."""

    __tablename__ = "entry_code"

    person: str = Field(primary_key=True, foreign_key="person.id")
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    expires: int


class SignInTryRow(SQLModel, table=True):
    """One try to sign in that did not succeed (yet); deleted when the throttle's window is over."""

    __tablename__ = "sign_in_try"

    number: int | None = Field(default=None, primary_key=True)
    at: int = Field(index=True)
    sign_in: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    address: str


class SessionRow(SQLModel, table=True):
    """One visit of one person; `reason` is what they said they read for."""

    __tablename__ = "session"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int | None = Field(default=None, primary_key=True)
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    person: str = Field(foreign_key="person.id", index=True)
    started: int
    seen: int
    reason: str | None = None


class DepartureRow(SQLModel, table=True):
    """One sign-in begun at a provider; `hash` is of the browser's secret."""

    __tablename__ = "departure"

    hash: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    state: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    nonce: str
    verifier: str
    onward: str
    at: int


class TokenRow(SQLModel, table=True):
    """One token of a machine: `kind` says whether `subject` is a source or an audience."""

    __tablename__ = "token"

    id: str = Field(primary_key=True)
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    kind: str
    subject: str = Field(index=True)
    reason: str | None = None
    made: int
    expires: int
    revoked: int | None = None


class AuditRow(SQLModel, table=True):
    """One change, written in the transaction that made it; `facts` is JSON of codes and names."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int | None = Field(default=None, primary_key=True)
    at: int = Field(index=True)
    person: str
    action: str
    subject: str = Field(index=True)
    facts: str


class ReadRow(SQLModel, table=True):
    """One read of more than a count, with its coded reason and, where one was needed, its words."""

    __tablename__ = "read"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int | None = Field(default=None, primary_key=True)
    at: int = Field(index=True)
    who: str = Field(index=True)
    session: int | None = None
    subject: str
    reason: str
    words: str | None = None
