"""What sharers answer to doors that wait, in the database that both reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Engine, delete

from cioghub.ports.workers import Answered
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import upsert

_ANSWER = METADATA.tables["answer"]


def keep_answers(connection: Connection, answers: Iterable[Answered], at: int) -> None:
    """Keep answers with what else a transaction keeps; what came twice is answered once."""
    rows = [one._asdict() | {"at": at} for one in answers]
    if rows:
        connection.execute(upsert(connection, _ANSWER).on_conflict_do_nothing(), rows)


class SqlAnswers:
    """The answers that wait for doors."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self, door: str) -> Mapping[int, bytes]:
        """Return, once, the answers for a door, by the number of its question."""
        asked = delete(_ANSWER).where(_ANSWER.c.door == door)
        with self._engine.begin() as connection:
            rows = connection.execute(asked.returning(_ANSWER.c.number, _ANSWER.c.content)).all()
        return {row.number: row.content for row in rows}

    def forget(self, before: int) -> None:
        """Let go of answers from before a time (seconds since 1970 UTC): nobody waits for them."""
        with self._engine.begin() as connection:
            connection.execute(delete(_ANSWER).where(_ANSWER.c.at < before))
