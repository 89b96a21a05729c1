"""Writes what was changed and what was read. A change and its audit row are one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, Engine, insert

from cioghub.ports.people import Read
from cioghub.stores.sql.tables.people import AuditRow, ReadRow
from cioghub.stores.sql.writing import writing

TERMINAL: Final = "terminal"
"""Who changes something with a command: whoever may run commands as the hub."""


def audit(
    connection: Connection,
    at: int,
    person_id: str,
    action: str,
    subject: str,
    facts: Mapping[str, str | int | bool | None],
) -> None:
    """Write who changed what, on the connection whose transaction makes the change.

    `at` is in whole seconds since 1970 UTC; `facts` are codes, names and numbers, never words that
    somebody typed, a secret or an event's content.
    """
    connection.execute(
        insert(AuditRow).values(
            at=at,
            person=person_id,
            action=action,
            subject=subject,
            facts=json.dumps(facts, sort_keys=True, ensure_ascii=False),
        )
    )


class SqlReads:
    """Keeps a note of every read of more than a count."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(self, read: Read) -> None:
        """Keep a note of one read."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(ReadRow).values(
                    at=read.at,
                    who=read.who,
                    session=read.session,
                    subject=read.subject,
                    reason=read.reason.value,
                    words=read.words,
                )
            )
