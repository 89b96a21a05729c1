"""Sessions in the database: a long random secret in the browser, its hash here.

A session ends when it was idle or grew too old, when its person leaves it or is disabled, and when
another takes its place. What a role is, is read anew at every request.
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select, update

from cioghub.ports.people import Departure, Session
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.people_rows import person_of
from cioghub.stores.sql.secrets_at_rest import kept, new_secret
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.people import Person, Reason

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 3600
SEEN_EVERY = 60
"""A session's last sight is written at most this often: not every page is worth a write to disk."""
DEPARTURE_SECONDS = 10 * 60

_SESSION = METADATA.tables["session"]
_PERSON = METADATA.tables["person"]
_DEPARTURE = METADATA.tables["departure"]


class SqlSessions:
    """Keeps who is signed in, until a session was `idle_seconds` without a page, or is too old."""

    def __init__(
        self,
        engine: Engine,
        idle_seconds: int = IDLE_SECONDS,
        longest_seconds: int = LONGEST_SECONDS,
    ) -> None:
        self._engine = engine
        self._idle = idle_seconds
        self._longest = longest_seconds

    def start(self, person: Person, at: int, replaces: str | None) -> str:
        """Return the secret of a new session; the one that it replaces ends."""
        secret = new_secret()
        with writing(self._engine) as connection:
            connection.execute(delete(_SESSION).where(_SESSION.c.started < at - self._longest))
            if replaces is not None:
                connection.execute(delete(_SESSION).where(_SESSION.c.hash == kept(replaces)))
            connection.execute(
                insert(_SESSION).values(hash=kept(secret), person=person.id, started=at, seen=at)
            )
            audit(connection, at, person.id, "signed-in", person.id, {"role": person.role.value})
        return secret

    def find(self, secret: str, at: int) -> Session | None:
        """Return the session of a secret, None when it has ended, was idle or grew too old."""
        wanted = (
            select(_SESSION.c.number, _SESSION.c.seen, _SESSION.c.reason, _PERSON)
            .join(_PERSON, _PERSON.c.id == _SESSION.c.person)
            .where(
                _SESSION.c.hash == kept(secret),
                _SESSION.c.started > at - self._longest,
                _SESSION.c.seen > at - self._idle,
                _PERSON.c.disabled.is_(None),
            )
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        if at - row.seen >= SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(
                    update(_SESSION).where(_SESSION.c.hash == kept(secret)).values(seen=at)
                )
        reason = None if row.reason is None else Reason(row.reason)
        return Session(row.number, person_of(row), reason, vouched=row.issuer is not None)

    def give_reason(self, secret: str, reason: Reason, at: int) -> None:
        """Keep what the person of a session reads for."""
        with writing(self._engine) as connection:
            changed = connection.execute(
                update(_SESSION)
                .where(_SESSION.c.hash == kept(secret))
                .values(reason=reason.value, seen=at)
                .returning(_SESSION.c.person)
            ).first()
            if changed is not None:
                facts = {"reason": reason.value}
                audit(connection, at, changed.person, "reason-given", changed.person, facts)

    def end(self, secret: str, at: int) -> None:
        """End a session, if it is one."""
        with writing(self._engine) as connection:
            ended = connection.execute(
                delete(_SESSION).where(_SESSION.c.hash == kept(secret)).returning(_SESSION.c.person)
            ).first()
            if ended is not None:
                audit(connection, at, ended.person, "signed-out", ended.person, {})

    def depart(self, secret: str, state: str, departure: Departure, at: int) -> None:
        """Keep a sign-in that was begun at a provider, for the browser that holds the secret."""
        with writing(self._engine) as connection:
            connection.execute(delete(_DEPARTURE).where(_DEPARTURE.c.at < at - DEPARTURE_SECONDS))
            connection.execute(delete(_DEPARTURE).where(_DEPARTURE.c.hash == kept(secret)))
            connection.execute(
                insert(_DEPARTURE).values(
                    hash=kept(secret),
                    state=kept(state),
                    nonce=departure.nonce,
                    verifier=departure.verifier,
                    onward=departure.onward,
                    at=at,
                )
            )

    def returned(self, secret: str, state: str, at: int) -> Departure | None:
        """Return, once, the sign-in that this browser began with this state; None if it did not."""
        with writing(self._engine) as connection:
            row = connection.execute(
                delete(_DEPARTURE)
                .where(
                    _DEPARTURE.c.hash == kept(secret),
                    _DEPARTURE.c.state == kept(state),
                    _DEPARTURE.c.at >= at - DEPARTURE_SECONDS,
                )
                .returning(_DEPARTURE)
            ).first()
        return None if row is None else Departure(row.nonce, row.verifier, row.onward)
