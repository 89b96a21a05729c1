"""Messages that were decided in a transaction: kept with what decided them, gone once sent."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, delete, insert, select

from cioghub.ports.workers import Outgoing, Waiting
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

OUTGOING = METADATA.tables["outgoing"]


def put_out(
    connection: Connection, worker: str, now: int, messages: Iterable[Outgoing]
) -> list[Waiting]:
    """Keep messages with the transaction of a connection; return them with their numbers."""
    kept = list(messages)
    if not kept:
        return []
    rows = [
        {"worker": worker, "made": now, **one._asdict(), "headers": json.dumps(one.headers)}
        for one in kept
    ]
    asked = insert(OUTGOING).returning(OUTGOING.c.number, sort_by_parameter_order=True)
    numbers = connection.scalars(asked, rows).all()
    return [Waiting(number, one) for number, one in zip(numbers, kept, strict=True)]


class SqlOutbox:
    """What waits to be sent in a hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waiting(self, worker: str, before: int) -> list[Waiting]:
        """Return what a kind of worker decided before a time and nobody has sent, in order."""
        asked = (
            select(
                OUTGOING.c.number,
                OUTGOING.c.topic,
                OUTGOING.c.key,
                OUTGOING.c.value,
                OUTGOING.c.headers,
            )
            .where(OUTGOING.c.worker == worker, OUTGOING.c.made < before)
            .order_by(OUTGOING.c.number)
        )
        with self._engine.connect() as connection:
            return [
                Waiting(number, Outgoing(topic, key, value, _pairs(headers)))
                for number, topic, key, value, headers in connection.execute(asked)
            ]

    def sent(self, numbers: Iterable[int]) -> None:
        """Forget messages that the broker has."""
        with writing(self._engine) as connection:
            connection.execute(delete(OUTGOING).where(OUTGOING.c.number.in_(list(numbers))))


def _pairs(headers: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(headers))
