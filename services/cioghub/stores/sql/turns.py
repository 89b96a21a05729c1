"""Whose turn it is: a fence that a worker which was paused, then woken, cannot pass.

Who takes a turn gets the next epoch. Whatever it keeps, it keeps in a transaction that looks first
whether its epoch is still the last; transactions that write come one after the other.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, case, func, insert, select, update

from cioghub.ports.workers import TurnLost
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

TURN = METADATA.tables["turn"]


class SqlTurns:
    """The turns of a hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str) -> int:
        """Take a turn from whoever had it; return its epoch."""
        with writing(self._engine) as connection:
            return take(connection, name)

    def is_held(self, name: str, epoch: int) -> bool:
        """Say whether nobody has taken a turn since it had this epoch."""
        return self.epoch(name) == epoch

    def epoch(self, name: str) -> int:
        """Return the last epoch of a turn, 0 where nobody has taken it."""
        with self._engine.connect() as connection:
            asked = select(func.max(TURN.c.epoch)).where(TURN.c.name == name)
            return connection.execute(asked).scalar() or 0

    def reached(self, name: str) -> int:
        """Return the time that the work of a turn has come to, 0 for none."""
        with self._engine.connect() as connection:
            return reached(connection, name)


def take(connection: Connection, name: str) -> int:
    """Take a turn from whoever had it; return its epoch."""
    reach(connection, name, 0)
    asked = update(TURN).where(TURN.c.name == name).values(epoch=TURN.c.epoch + 1)
    epoch: int = connection.execute(asked.returning(TURN.c.epoch)).scalar_one()
    return epoch


def reached(connection: Connection, name: str) -> int:
    """Return the time that the work of a turn has come to, 0 for none."""
    asked = select(func.max(TURN.c.reached)).where(TURN.c.name == name)
    return connection.execute(asked).scalar() or 0


def reach(connection: Connection, name: str, at: int) -> None:
    """Note that the work of a turn has come to a time; it never goes back."""
    later = case((TURN.c.reached < at, at), else_=TURN.c.reached)
    moved = update(TURN).where(TURN.c.name == name).values(reached=later)
    if not connection.execute(moved).rowcount:
        connection.execute(insert(TURN), {"name": name, "epoch": 0, "reached": at})


def hold(connection: Connection, name: str, epoch: int) -> None:
    """Make sure, in a transaction that writes, that a turn is still held.

    Raises:
        TurnLost: it was taken by another.
    """
    now = connection.execute(select(TURN.c.epoch).where(TURN.c.name == name)).scalar()
    if now != epoch:
        raise TurnLost
