"""Keeps what people write beside what the hub has said, each with its audit row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, insert, select
from sqlmodel import SQLModel

from cioghub.ports.margins import Author, Erratum, Happened
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.tables.cases import ErratumRow, HappenedRow
from cioghub.stores.sql.writing import writing

_ERRATUM, _HAPPENED = (
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (ErratumRow, HappenedRow)
)


class SqlMargins:
    """The margins in the hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def errata(self, audience: str, first: str) -> Sequence[Erratum]:
        """Return the errata of one picture, in order."""
        asked = (
            select(_ERRATUM)
            .where(_ERRATUM.c.audience == audience, _ERRATUM.c.first == first)
            .order_by(_ERRATUM.c.number)
        )
        with self._engine.connect() as connection, connection.begin():
            rows = connection.execute(asked).all()
        return [Erratum(row.audience, row.first, row.words, _author(row)) for row in rows]

    def correct(self, erratum: Erratum) -> None:
        """Keep an erratum."""
        by = erratum.author
        values = {"audience": erratum.audience, "first": erratum.first, "words": erratum.words}
        with writing(self._engine) as connection:
            connection.execute(
                insert(_ERRATUM).values(at=by.at, person=by.person, name=by.name, **values)
            )
            subject = f"{erratum.audience} {erratum.first}"
            audit(connection, by.at, by.person, "picture-erratum", subject, {})

    def happened(self) -> Sequence[Happened]:
        """Return what was found, in order; of one alert the last finding counts."""
        asked = select(_HAPPENED).order_by(_HAPPENED.c.number)
        with self._engine.connect() as connection, connection.begin():
            rows = connection.execute(asked).all()
        return [Happened(row.alert, row.ciog, row.finding, row.words, _author(row)) for row in rows]

    def find(self, happened: Happened) -> None:
        """Keep a finding."""
        by = happened.author
        values = {
            "alert": happened.alert,
            "ciog": happened.ciog,
            "finding": happened.finding,
            "words": happened.words,
        }
        with writing(self._engine) as connection:
            connection.execute(
                insert(_HAPPENED).values(at=by.at, person=by.person, name=by.name, **values)
            )
            facts = {"ciog": happened.ciog, "finding": happened.finding}
            audit(connection, by.at, by.person, "shadow-finding", happened.alert or "", facts)


def _author(row: Row[Any]) -> Author:
    return Author(row.at, row.person, row.name)
