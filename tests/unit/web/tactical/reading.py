"""A reading room on a real database, filled by hand: what is told here was never computed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import SQLModel

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.stores.sql.cases import SqlCases
from cioghub.stores.sql.margins import SqlMargins
from cioghub.stores.sql.people import people_on
from cioghub.stores.sql.reading_room import SqlReadingRoom
from cioghub.stores.sql.tables.told import PictureRow, ReceiptRow, ToldRow
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.people import Reason
from cioghub.web.hub import Hub

NOW = 1_776_700_800
EAST, NORTH = "ciog-east", "ciog-north"
CRIME, FIRE = "/warwickshire-police/crime", "/warwickshire-fire/incident"


class StoppedClock:
    def now(self) -> int:
        return NOW


def hub_on(engine: Engine, loaded: LoadedBundle) -> Hub:
    """Return the reading door of a hub on a database; nothing behind it computes."""
    clock = StoppedClock()
    parties, zone = loaded.bundle.parties, ZoneInfo("Europe/London")
    return Hub(
        clock=clock,
        intake=None,
        room=SqlReadingRoom(engine, parties, zone, clock, lambda source, id: "0" * 32),
        loaded=loaded,
        people=people_on(engine),
        cases=SqlCases(engine),
        margins=SqlMargins(engine),
        label="Simulated data",
    )


@dataclass(frozen=True)
class Desk:
    """Writes what a hub would have told."""

    engine: Engine

    def tell(self, audience: str, alert: str, number: int = 1, **data: Any) -> str:
        change = "alert.raised.v1" if number == 1 else "alert.updated.v1"
        event = {
            "specversion": "1.0",
            "id": f"{alert}.{number}",
            "source": "/hub/correlation",
            "type": change,
            "time": "2026-04-20T16:00:00+01:00",
            "subject": alert,
            "datacontenttype": "application/json",
            "data": {
                "signal": "surge",
                "hub_category": "knife",
                "ciog": audience.removeprefix("ciog-"),
                "level": "above",
                "reason": "Knife crime: 9 where 3 are usual.",
                **data,
            },
        }
        row = ToldRow(
            audience=audience,
            alert=alert,
            change=change,
            at=NOW + number,
            provisional=False,
            line=json.dumps(event).encode(),
        )
        self._put(row)
        return str(event["id"])

    def freeze(self, audience: str, first: str, content: bytes, page: bytes) -> None:
        self._put(PictureRow(audience=audience, first=first, at=NOW, content=content, page=page))

    def receipt(self, publisher: str, source: str, id: str, alert: str) -> None:
        row = {"publisher": publisher, "source": source, "id": id, "alert": alert}
        self._put(ReceiptRow(**row, noted=NOW))

    def reader(self, audience: str) -> dict[str, str]:
        """Return the headers of a new reader of an audience."""
        return self._bearer(Kind.READER, audience, Reason.QUEUE)

    def publisher(self, source: str) -> dict[str, str]:
        """Return the headers of a new publisher on a feed."""
        return self._bearer(Kind.FEED, source, None)

    def _bearer(self, kind: Kind, subject: str, reason: Reason | None) -> dict[str, str]:
        _, secret = SqlTokens(self.engine).make(kind, subject, reason, 30, "o-1", NOW - 60)
        return {"Authorization": f"Bearer {secret}"}

    def _put(self, row: SQLModel) -> None:
        with self.engine.connect() as connection, connection.begin():
            connection.execute(type(row).__table__.insert(), row.model_dump(exclude_none=True))
