"""Tokens of machines: made once, shown once, kept as a hash, expiring.

A feed has at most two valid tokens, so that the new one is tried before the old one is revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, func, insert, select, update

from cioghub.errors import AnswerIsNo, WrongUse
from cioghub.ports.people import Reader
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.secrets_at_rest import kept, new_secret
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.people import Reason

MOST_VALID = 2
LONGEST_DAYS = 366
DAY = 86_400
_TOKEN = METADATA.tables["token"]


class Kind(StrEnum):
    """What a token is for."""

    FEED = "feed"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Listed:
    """One token as its keeper sees it: never the secret. Times as everywhere, in seconds UTC."""

    id: str
    kind: Kind
    subject: str
    reason: Reason | None
    made: int
    expires: int
    revoked: int | None

    def valid(self, at: int) -> bool:
        """Return whether the token opens anything at a moment."""
        return self.revoked is None and self.made <= at < self.expires


class SqlTokens:
    """Knows machines by their tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def feeds(self, secret: str, at: int) -> frozenset[str]:
        """Return the sources that a token may publish on; none when it is not valid."""
        found = self._valid(secret, Kind.FEED, at)
        return frozenset() if found is None else frozenset({found.subject})

    def reader(self, secret: str, at: int) -> Reader | None:
        """Return the reader of a token, None when it is not valid."""
        found = self._valid(secret, Kind.READER, at)
        if found is None or found.reason is None:
            return None
        return Reader(found.id, found.subject, found.reason)

    def make(
        self, kind: Kind, subject: str, reason: Reason | None, days: int, by: str, at: int
    ) -> tuple[Listed, str]:
        """Return a new token and its secret, which nobody can show again.

        Raises:
            WrongUse: it would live for less than a day or longer than a year.
            AnswerIsNo: two tokens of the same subject are valid already.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise WrongUse(
                f"A token lives from 1 to {LONGEST_DAYS} days.",
                "One that never ends is never changed.",
                "Give --days within that.",
            )
        token = Listed(
            f"t-{secrets.token_hex(5)}", kind, subject, reason, at, at + days * DAY, None
        )
        secret = f"ciog_{kind}_{new_secret()}"
        with writing(self._engine) as connection:
            if self._count_valid(connection, kind, subject, at) >= MOST_VALID:
                raise AnswerIsNo(
                    f"Two tokens of {subject} are valid already.",
                    "Two are enough to change from one to the other without a gap.",
                    "Revoke the one that is not used any more.",
                )
            connection.execute(
                insert(_TOKEN).values(
                    id=token.id,
                    hash=kept(secret),
                    kind=kind.value,
                    subject=subject,
                    reason=None if reason is None else reason.value,
                    made=at,
                    expires=token.expires,
                )
            )
            facts = {"kind": kind.value, "of": subject, "expires": token.expires}
            audit(connection, at, by, "token-made", token.id, facts)
        return token, secret

    def revoke(self, token_id: str, by: str, at: int) -> Listed:
        """Return the token that opens nothing any more; revoked twice, it stays as it was.

        Raises:
            WrongUse: there is no token of this id.
        """
        with writing(self._engine) as connection:
            found = self._listed(connection, token_id)
            if found is None:
                raise WrongUse(
                    "There is no token of this id.", "", "List them: `ciog feeds token list`."
                )
            if found.revoked is None:
                connection.execute(update(_TOKEN).where(_TOKEN.c.id == token_id).values(revoked=at))
                facts = {"kind": found.kind.value, "of": found.subject}
                audit(connection, at, by, "token-revoked", token_id, facts)
        return found

    def list(self) -> Sequence[Listed]:
        """Return every token, by what it is of and when it was made."""
        wanted = select(_TOKEN).order_by(_TOKEN.c.kind, _TOKEN.c.subject, _TOKEN.c.made)
        with self._engine.connect() as connection:
            return [_row(one) for one in connection.execute(wanted)]

    def _valid(self, secret: str, kind: Kind, at: int) -> Listed | None:
        wanted = select(_TOKEN).where(_TOKEN.c.hash == kept(secret), _TOKEN.c.kind == kind.value)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        found = None if row is None else _row(row)
        return found if found is not None and found.valid(at) else None

    @staticmethod
    def _count_valid(connection: Connection, kind: Kind, subject: str, at: int) -> int:
        wanted = select(func.count()).where(
            and_(
                _TOKEN.c.kind == kind.value,
                _TOKEN.c.subject == subject,
                _TOKEN.c.revoked.is_(None),
                _TOKEN.c.expires > at,
            )
        )
        return int(connection.execute(wanted).scalar_one())

    @staticmethod
    def _listed(connection: Connection, token_id: str) -> Listed | None:
        row = connection.execute(select(_TOKEN).where(_TOKEN.c.id == token_id)).first()
        return None if row is None else _row(row)


def _row(row: Row[Any]) -> Listed:
    kept_reason = row.reason
    return Listed(
        row.id,
        Kind(row.kind),
        row.subject,
        None if kept_reason is None else Reason(kept_reason),
        row.made,
        row.expires,
        row.revoked,
    )
