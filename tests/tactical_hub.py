"""A hub for tests of the tactical door: a real database, with what was told written into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import FastAPI
from sqlalchemy import Engine, insert
from starlette.testclient import TestClient
from tests.people import HandClock, cookie_of, people_on

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, page_maps
from cioghub.ports.intake import Consideration, Message, Verdict
from cioghub.ports.maps import Maps
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.stores.sql.cases import SqlCases
from cioghub.stores.sql.margins import SqlMargins
from cioghub.stores.sql.reading_room import SqlReadingRoom
from cioghub.stores.sql.tables.told import PictureRow, ReceiptRow, ToldRow
from cioghub.vocabulary.people import Role
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.hub import Hub
from cioghub.web.who.csrf import proof_of
from cioghub.wire.areas import read_areas

RAISED, UPDATED, CLOSED = "alert.raised.v1", "alert.updated.v1", "alert.closed.v1"
DAY = 86_400
LONDON = ZoneInfo("Europe/London")
COOKIE = "ciog"


@cache
def shipped() -> tuple[LoadedBundle, Maps]:
    areas = read_areas(default_areas())
    maps = page_maps(default_areas(), areas)
    assert maps is not None
    return checked_bundle(default_rules(), areas), maps


class Unasked:
    """An intake that a test asks for nothing."""

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        raise AssertionError("nothing is published here")

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        raise AssertionError("nothing is considered here")


def hub_on(engine: Engine, clock: HandClock, shadow: Shadow | None = None) -> Hub:
    """Return a hub on a database; its intake is asked for nothing here."""
    loaded, maps = shipped()
    parties = loaded.bundle.parties
    room = SqlReadingRoom(engine, parties, LONDON, clock, lambda source, id: "0" * 32)
    return Hub(
        clock=clock,
        intake=Unasked(),
        room=room,
        loaded=loaded,
        people=people_on(engine),
        cases=SqlCases(engine),
        margins=SqlMargins(engine),
        label="Simulated data",
        maps=maps,
        shadow=shadow,
    )


def data_of(ciog: str, **changes: Any) -> dict[str, Any]:
    """Return what is told of an alert in an area, exact but for what is changed."""
    places = {"north": "E01031038", "east": "E01031150", "south": "E01031268"}
    return {
        "signal": "surge",
        "hub_category": "knife",
        "ciog": ciog,
        "also": [],
        "csps": [],
        "places": [places[ciog]],
        "window": {"from": "2026-09-01", "to": "2026-09-14"},
        "agencies": ["warwickshire-police"],
        "seen": [{"publisher": "warwickshire-police", "count": 14}],
        "expected": 4.2,
        "p_value": 0.0001,
        "level": "above",
        "provisional": False,
        "reason": f"Knife crime: above usual in {ciog.capitalize()}. Reported by police.",
        "evidence": [f"ev-{ciog}-1", f"ev-{ciog}-2"],
        "rules": "ab" * 32,
        "method": {"name": "surge-farrington", "version": "2"},
        "follows": None,
    } | changes


def tell(
    engine: Engine,
    alert: str,
    at: int,
    data: Mapping[str, Any],
    change: str = RAISED,
    audiences: Iterable[str] = (),
) -> None:
    """Tell these audiences of a change of an alert, or all that an alert there is told to."""
    own = [f"ciog-{area}" for area in (data["ciog"], *data["also"])]
    line = orjson.dumps({"type": change, "subject": alert, "data": data})
    with engine.begin() as connection:
        for audience in audiences or ("tactical-group", "scrutiny", *own):
            connection.execute(
                insert(ToldRow).values(
                    audience=audience,
                    alert=alert,
                    change=change,
                    at=at,
                    provisional=data["provisional"],
                    line=line,
                )
            )


def freeze(
    engine: Engine, audience: str, first: str, at: int, content: Mapping[str, Any], page: bytes
) -> None:
    """Freeze a picture."""
    with engine.begin() as connection:
        connection.execute(
            insert(PictureRow).values(
                audience=audience, first=first, at=at, content=orjson.dumps(content), page=page
            )
        )


def receive(engine: Engine, publisher: str, source: str, id: str, alert: str) -> None:
    """Give a publisher the receipt of one of its events."""
    with engine.begin() as connection:
        connection.execute(
            insert(ReceiptRow).values(
                publisher=publisher, source=source, id=id, alert=alert, noted=0
            )
        )


class Visitor:
    """Somebody signed in at a hub, in a browser without scripts."""

    def __init__(
        self,
        engine: Engine,
        app: FastAPI,
        role: Role,
        ciog: str | None = None,
        party: str | None = None,
    ) -> None:
        secret = cookie_of(engine, role, app.state.hub.clock.now(), ciog, party)
        self.client = TestClient(
            app,
            base_url="http://127.0.0.1:8600",
            cookies={COOKIE: secret},
            follow_redirects=False,
        )
        self._proof = proof_of(secret)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> Any:
        """Send a form of the hub."""
        return self.client.post(path, data={"csrf": self._proof, **fields})

    def step(self, alert: str, move: str, known: int, **fields: Any) -> Any:
        """Send the form of a step on an alert of which so many steps were read."""
        return self.post(f"/tactical/alerts/{alert}/{move}", known=known, **fields)
