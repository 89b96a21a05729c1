"""What is deleted when its time is over: the row, or the part of it that leads back to somebody."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, update

from cioghub.stores.sql.tables import METADATA
from cioghub.vocabulary.keeping import Horizons

_TABLES = METADATA.tables
_ACCEPTED, _SHARED, _REFUSED = _TABLES["accepted"], _TABLES["shared"], _TABLES["refused"]
_CONTRIBUTION, _MEMORY = _TABLES["contribution"], _TABLES["memory"]
_RECEIPT, _AUDIT, _READ = _TABLES["receipt"], _TABLES["audit"], _TABLES["read"]


def forget(connection: Connection, before: Horizons) -> int:
    """Delete what is old; return how many events lost their payload."""
    gone = connection.execute(
        update(_ACCEPTED)
        .where(_ACCEPTED.c.accepted < before.payloads, _ACCEPTED.c.payload.is_not(None))
        .values(payload=None, event_id=None)
    ).rowcount
    last = select(func.max(_ACCEPTED.c.position)).where(_ACCEPTED.c.accepted < before.payloads)
    connection.execute(
        update(_SHARED)
        .where(_SHARED.c.line.is_not(None), _SHARED.c.position <= last.scalar_subquery())
        .values(line=None)
    )
    connection.execute(
        update(_CONTRIBUTION)
        .where(_CONTRIBUTION.c.accepted < before.payloads, _CONTRIBUTION.c.tokens.is_not(None))
        .values(tokens=None, former=None)
    )
    connection.execute(
        update(_REFUSED)
        .where(_REFUSED.c.at < before.payloads, _REFUSED.c.name != "")
        .values(name="")
    )
    for table, at, horizon in (
        (_RECEIPT, _RECEIPT.c.noted, before.receipts),
        (_AUDIT, _AUDIT.c.at, before.changes),
        (_READ, _READ.c.at, before.reads),
    ):
        connection.execute(delete(table).where(at < horizon))
    # A replay begins at a midnight from which on every payload is there.
    names = connection.scalars(select(_MEMORY.c.name).where(_MEMORY.c.name.contains("@")))
    old = [name for name in names if int(name.partition("@")[2]) < before.payloads]
    connection.execute(delete(_MEMORY).where(_MEMORY.c.name.in_(old)))
    return gone
