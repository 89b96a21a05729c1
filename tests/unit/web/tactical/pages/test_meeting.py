"""The sheet for a meeting: at most three sentences, then where, how much, and what is due."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, update
from tests.people import HandClock
from tests.tactical_hub import CLOSED, DAY, Visitor, data_of, freeze, tell

from cioghub.stores.sql.tables.log import Heard
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub

ACTION = {
    "owner": "rugby-council",
    "response": "street-doctors",
    "due-day": "1",
    "due-month": "12",
    "due-year": "2026",
}


def said(visitor: Visitor, area: str = "east") -> list[str]:
    page = visitor.get(f"/tactical/areas/{area}/meeting").text
    return re.findall(
        r"<li>([^<]+)</li>", page.partition('class="tac-say"')[2].partition("</ol>")[0]
    )


def hear(engine: Engine, hub: Hub) -> None:
    with engine.begin() as connection:
        for source in hub.loaded.bundle.parties.feed_owners():
            connection.execute(insert(Heard).values(source=source, last_event=hub.clock.now()))


def test_how_it_stands_and_where_to_look_first(east: Visitor, engine: Engine, hub: Hub) -> None:
    hear(engine, hub)
    assert said(east) == [
        "In East two alerts wait for us, two not yet looked at by anybody.",
        "Look first at East and North: county lines, well above usual.",
    ]


def test_who_is_silent_is_said_aloud(east: Visitor, engine: Engine, clock: HandClock) -> None:
    with engine.begin() as connection:
        heard = clock.now() - 2 * DAY
        connection.execute(
            insert(Heard).values(source="/warwickshire-fire/incident", last_event=heard)
        )
    sentences = said(east)
    assert len(sentences) == 3
    assert "Fire: no data since Saturday 15:13." in sentences[2]


def test_what_is_owed_is_said_and_listed(
    analyst: Visitor,
    east: Visitor,
    sign: Callable[..., Visitor],
    engine: Engine,
    hub: Hub,
    clock: HandClock,
) -> None:
    hear(engine, hub)
    analyst.step("al-east", "assess", 0, code="likely-real", words="Real.")
    east.step("al-east", "acknowledge", 1)
    due = {"due-day": "22", "due-month": "9"}
    east.step("al-east", "add-action", 2, **ACTION | due)
    east.step("al-east", "add-action", 3, **ACTION)
    assert said(east)[2] == "Two actions are open."
    page = east.get("/tactical/areas/east/meeting").text
    assert page.index("22 September") < page.index("1 December")
    assert "Rugby Borough Council" in page
    for at, role, owed in (
        (datetime(2026, 9, 24, tzinfo=UTC), Role.COORDINATOR, "open, one of them overdue."),
        (datetime(2026, 12, 2, tzinfo=UTC), Role.AUDITOR, "open and overdue."),
    ):
        clock.at = int(at.timestamp())
        with engine.begin() as connection:
            connection.execute(update(Heard).values(last_event=clock.at))
        assert said(sign(role))[2] == f"Two actions are {owed}"


def test_quiet_is_said_in_its_form(
    east: Visitor, engine: Engine, hub: Hub, clock: HandClock
) -> None:
    hear(engine, hub)
    for alert, data in (("al-east", data_of("east")), ("al-both", data_of("east", also=["north"]))):
        tell(engine, alert, clock.now(), data, CLOSED)
    assert said(east) == [
        "In East no alert waits for us. Too few to say: no fortnight has been counted yet."
    ]


def test_a_series_is_drawn_of_frozen_pictures_and_hides_what_they_hide(
    east: Visitor, engine: Engine, clock: HandClock
) -> None:
    for first, count in (("2026-08-24", 12), ("2026-09-07", "under 8")):
        entry = {"publisher": "warwickshire-police", "count": count, "last": None, "season": None}
        row = {"hub_category": "knife", "name": "Knife crime", "counts": [entry], "noticed": None}
        cell = {"level": "ciog", "code": "east", "name": "East", "counts": [row], "quiet": None}
        content = {"fortnight": {"from": first, "to": first}, "areas": [cell]}
        freeze(engine, "ciog-east", first, clock.now(), content, b"")
    page = east.get("/tactical/areas/east/meeting").text
    assert "Knife crime by fortnight: 24 August: 12; 7 September: under 8" in page
