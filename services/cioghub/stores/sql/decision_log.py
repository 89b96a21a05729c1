"""The decisions in the order of the log, for the ledger that follows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Engine, select
from sqlmodel import col

from cioghub.ports.ledger import Decided
from cioghub.stores.sql.tables.log import Accepted, DecisionClassRow, Ticked


class SqlDecisionLog:
    """The decision log of a hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decided(self, after: int, limit: int) -> Sequence[Decided]:
        """Return the decided events after a position, in order, none left out."""
        asked = (
            select(col(Accepted.position), col(Accepted.ref), col(Accepted.decision))
            .where(col(Accepted.position) > after)
            .order_by(col(Accepted.position))
            .limit(limit)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        return [Decided(row.position, row.ref.hex(), row.decision) for row in rows]

    def contents(self, class_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return what decision classes say, by id."""
        asked = select(col(DecisionClassRow.id), col(DecisionClassRow.content)).where(
            col(DecisionClassRow.id).in_(class_ids)
        )
        with self._engine.connect() as connection:
            return {row.id: orjson.loads(row.content) for row in connection.execute(asked)}

    def midnights(self, after: int) -> Sequence[int]:
        """Return the positions, past one, at which a local midnight was settled, in order."""
        asked = (
            select(col(Ticked.position))
            .where(col(Ticked.midnight), col(Ticked.position) > after)
            .order_by(col(Ticked.position))
            .distinct()
        )
        with self._engine.connect() as connection:
            return connection.scalars(asked).all()
