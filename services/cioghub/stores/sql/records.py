"""Shows what was kept of changes and reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, Select, func, or_, select

from cioghub.ports.audit import Kind, Record, Wanted
from cioghub.stores.sql.tables import METADATA

_PERSON, _TOKEN = METADATA.tables["person"], METADATA.tables["token"]
_CHANGED = _PERSON.alias("changed")
_AUDIT, _READ = METADATA.tables["audit"], METADATA.tables["read"]


class SqlRecords:
    """The records in the hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: Wanted, before: int | None, most: int) -> Sequence[Record]:
        """Return at most so many records, newest first, of numbers below `before` if it is said."""
        asked = _asked(wanted)
        table = _AUDIT if wanted.kind is Kind.CHANGES else _READ
        if before is not None:
            asked = asked.where(table.c.number < before)
        asked = asked.order_by(table.c.number.desc()).limit(most)
        with self._engine.connect() as connection, connection.begin():
            rows = connection.execute(asked).all()
        own = _of_change if wanted.kind is Kind.CHANGES else _of_read
        return [
            Record(row.number, row.at, row.who, row.known_as, row.subject, row.about, **own(row))
            for row in rows
        ]


def _of_change(row: Row[Any]) -> dict[str, Any]:
    return {"action": row.action, "facts": json.loads(row.facts)}


def _of_read(row: Row[Any]) -> dict[str, Any]:
    return {"reason": row.reason, "words": row.words}


def _asked(wanted: Wanted) -> Select[tuple[object, ...]]:
    if wanted.kind is Kind.CHANGES:
        table, who = _AUDIT, _AUDIT.c.person
        own = (_AUDIT.c.action, _AUDIT.c.facts)
    else:
        table, who = _READ, _READ.c.who
        own = (_READ.c.reason, _READ.c.words)
    known_as = func.coalesce(_PERSON.c.name, _TOKEN.c.subject, who)
    about = func.coalesce(_CHANGED.c.name, table.c.subject)
    said = (table.c.subject, about.label("about"), *own)
    asked: Select[tuple[object, ...]] = (
        select(table.c.number, table.c.at, who.label("who"), known_as.label("known_as"), *said)
        .outerjoin(_PERSON, _PERSON.c.id == who)
        .outerjoin(_TOKEN, _TOKEN.c.id == who)
        .outerjoin(_CHANGED, _CHANGED.c.id == table.c.subject)
    )
    if wanted.who:
        parts = (one.icontains(wanted.who, autoescape=True) for one in (who, known_as))
        asked = asked.where(or_(*parts))
    if wanted.about:
        parts = (one.icontains(wanted.about, autoescape=True) for one in (table.c.subject, about))
        asked = asked.where(or_(*parts))
    if wanted.since is not None:
        asked = asked.where(table.c.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(table.c.at < wanted.until)
    if wanted.party is not None:
        asked = asked.where(or_(_PERSON.c.party.is_(None), _PERSON.c.party == wanted.party))
    return asked
