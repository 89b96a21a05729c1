"""What the doors need to know who is asking: accounts, sessions, tokens, and a note of each read.

Times are whole seconds since 1970 UTC. A secret arrives as the person or machine holds it; nobody
behind these promises keeps one, only its hash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from cioghub.ports.audit import Records
from cioghub.vocabulary.people import Person, Reason, Role


class Refusal(StrEnum):
    """Why nobody is let in."""

    WRONG = "wrong"
    THROTTLED = "throttled"
    BUSY = "busy"
    SPENT = "code-spent"
    WEAK = "password-weak"
    DISABLED = "disabled"
    LOST = "lost-on-the-way"
    NOT_VOUCHED = "not-vouched-for"


class NotLetIn(Exception):
    """Nobody was let in; `wait` is in seconds, 0 where waiting does not help."""

    def __init__(self, why: Refusal, wait: int = 0) -> None:
        super().__init__(why.value)
        self.why = why
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody whom a trusted provider has vouched for, with the role that settings give them."""

    issuer: str
    subject: str
    name: str
    role: Role
    ciog: str | None
    party: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One visit of one person: `number` names it, `reason` is what they read for, if said.

    `vouched` says that a provider lets this person in, and may know them in this browser still.
    """

    number: int
    person: Person
    reason: Reason | None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """A machine that reads what one audience may; `reason` was settled when its token was made."""

    token: str
    audience: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Read:
    """One read of more than a count.

    `who` is a person's or a token's id, `subject` what was read (an address without its query),
    `words` the typed reason where one was needed.
    """

    at: int
    who: str
    session: int | None
    subject: str
    reason: Reason
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """What a sign-in at a provider was begun with, until the person comes back."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    onward: str


class Accounts(Protocol):
    """Knows people, and lets them in."""

    def check(self, sign_in: str, password: str, address: str, at: int) -> Person:
        """Return who signs in with this name and password from this network address.

        Raises:
            NotLetIn: they are not right (an unknown name gets the same answer after the same work),
                or were tried too often, or too many are being checked at once.
        """
        ...

    def set_password(self, sign_in: str, code: str, password: str, address: str, at: int) -> Person:
        """Return the person whose one-time code this was, now with this password.

        Raises:
            NotLetIn: the code is wrong, old or used, was tried too often, or the password is weak.
        """
        ...

    def admit(self, outsider: Outsider, at: int) -> Person:
        """Return the person whom a provider vouched for, made or brought up to date.

        Raises:
            NotLetIn: they were disabled here.
        """
        ...


class Sessions(Protocol):
    """Keeps who is signed in."""

    def start(self, person: Person, at: int, replaces: str | None) -> str:
        """Return the secret of a new session; the one that it replaces ends."""
        ...

    def find(self, secret: str, at: int) -> Session | None:
        """Return the session of a secret, None when it has ended, was idle or grew too old."""
        ...

    def give_reason(self, secret: str, reason: Reason, at: int) -> None:
        """Keep what the person of a session reads for."""
        ...

    def end(self, secret: str, at: int) -> None:
        """End a session, if it is one."""
        ...

    def depart(self, secret: str, state: str, departure: Departure, at: int) -> None:
        """Keep a sign-in that was begun at a provider, for the browser that holds the secret."""
        ...

    def returned(self, secret: str, state: str, at: int) -> Departure | None:
        """Return, once, the sign-in that this browser began with this state; None if it did not."""
        ...


class Tokens(Protocol):
    """Knows machines by their tokens."""

    def feeds(self, secret: str, at: int) -> frozenset[str]:
        """Return the sources that a token may publish on; none when it is not valid."""
        ...

    def reader(self, secret: str, at: int) -> Reader | None:
        """Return the reader of a token, None when it is not valid."""
        ...


class Reads(Protocol):
    """Keeps a note of every read of more than a count."""

    def note(self, read: Read) -> None:
        """Keep a note; what cannot be noted must not be read."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """All that the doors need to know who is asking."""

    accounts: Accounts
    sessions: Sessions
    tokens: Tokens
    reads: Reads
    records: Records
