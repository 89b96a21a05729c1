"""Messages decided in a transaction: kept with what decided them, gone soon after they went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import Connection, Engine, delete, func, select, text

from cioghub.ports.workers import LARGEST_MESSAGE, MessageTooLarge, Outgoing, Waiting
from cioghub.stores.sql.many import among, insert_all
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

OUTGOING = METADATA.tables["outgoing"]


def put_out(
    connection: Connection, worker: str, now: int, messages: Iterable[Outgoing]
) -> list[Waiting]:
    """Keep messages with the transaction of a connection; return them with their numbers.

    Raises:
        MessageTooLarge: no broker would take one of them, and it would wait for ever.
    """
    kept = list(messages)
    if not kept:
        return []
    headers = [orjson.dumps(one.headers).decode() for one in kept]
    for one, named in zip(kept, headers, strict=True):
        if len(one.key) + len(one.value) + len(named) > LARGEST_MESSAGE:
            raise MessageTooLarge(f"a message for {one.topic} is larger than a broker takes")
    numbers = _numbers(connection, len(kept))
    rows = [
        {
            "number": number,
            "worker": worker,
            "made": now,
            "topic": one.topic,
            "key": one.key,
            "value": one.value,
            "headers": named,
        }
        for number, one, named in zip(numbers, kept, headers, strict=True)
    ]
    insert_all(connection, OUTGOING, rows)
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
            gone = among(connection, OUTGOING.c.number, list(numbers))
            connection.execute(delete(OUTGOING).where(gone))


def _numbers(connection: Connection, many: int) -> Sequence[int]:
    """Return new numbers, one after the other; for a transaction that writes: it is alone.

    On PostgreSQL none is ever given again, even once its message is gone.
    """
    if connection.dialect.name == "postgresql":
        asked = text(
            "SELECT setval(name, nextval(name) + :more)"
            " FROM pg_get_serial_sequence('outgoing', 'number') AS name"
        )
        last: int = connection.execute(asked, {"more": many - 1}).scalar_one()
        return range(last - many + 1, last + 1)
    last = connection.execute(select(func.max(OUTGOING.c.number))).scalar() or 0
    return range(last + 1, last + 1 + many)


def _pairs(headers: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in orjson.loads(headers))
