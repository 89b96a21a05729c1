"""How much an answer costs tells a chair of East nothing of North.

No clock is read, which other work on the machine would disturb: what is compared is the work that
an answer takes in the database, statement by statement and step by step of SQLite's own machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event
from tests.people import HandClock
from tests.tactical_hub import DAY, Visitor, data_of, freeze, tell

from cioghub.ports.cases import About
from cioghub.vocabulary.cases import Move, Step
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub

THERE, NOWHERE = "al-north", "al-nowhr"
"""Ids of one length, so that what is kept of the read is as long."""


@dataclass
class Work:
    """What was asked of the database, and the steps that it took."""

    statements: list[str] = field(default_factory=list)
    steps: int = 0


@contextmanager
def measured(engine: Engine) -> Iterator[Work]:
    """Yield the work that is done on a database until the block ends."""
    work = Work()

    def step() -> None:
        work.steps += 1

    def asked(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        work.statements.append(statement)
        connection.connection.driver_connection.set_progress_handler(step, 1)

    def answered(connection: Any, *rest: Any) -> None:
        connection.connection.driver_connection.set_progress_handler(None, 1)

    event.listen(engine, "before_cursor_execute", asked)
    event.listen(engine, "after_cursor_execute", answered)
    yield work
    event.remove(engine, "before_cursor_execute", asked)
    event.remove(engine, "after_cursor_execute", answered)


def work_of(engine: Engine, ask: Callable[[], Any]) -> Work:
    """Return the work of an answer, asked for twice so that nothing is done for the first time."""
    ask()
    with measured(engine) as work:
        ask()
    return work


@pytest.fixture(autouse=True)
def case_in_north(hub: Hub, clock: HandClock) -> None:
    about = About(THERE, "surge", "robbery")
    said = Step(clock.now(), "p-9", "N. Orth", Move.DISMISS, "other", "Known to us.")
    hub.cases.make(about, said, 0)


def test_work_is_seen(engine: Engine, east: Visitor) -> None:
    some = work_of(engine, lambda: east.get("/tactical/alerts/al-east"))
    none = work_of(engine, lambda: east.get(f"/tactical/alerts/{NOWHERE}"))
    assert len(some.statements) > len(none.statements) > 0
    assert some.steps > none.steps > 0


@pytest.mark.parametrize(
    "path",
    [
        "/tactical/alerts/{}",
        "/tactical/areas/east?show=all&q={}",
        "/tactical/areas/east/alerts.csv?show=all&q={}",
        "/agency/receipts/{}",
    ],
)
def test_an_alert_of_north_costs_what_none_costs(engine: Engine, east: Visitor, path: str) -> None:
    there, nothing = (
        work_of(engine, lambda id=id: east.get(path.format(id))) for id in (THERE, NOWHERE)
    )
    assert there == nothing


@pytest.mark.parametrize("move", [*Move, "behind"])
def test_a_step_on_an_alert_of_north_costs_what_one_on_none_costs(
    engine: Engine, east: Visitor, move: str
) -> None:
    said = {"code": "other", "words": "Because.", "why": "To plan a response.", "known": 1}
    there, nothing = (
        work_of(engine, lambda id=id: east.post(f"/tactical/alerts/{id}/{move}", **said))
        for id in (THERE, NOWHERE)
    )
    assert there == nothing


@pytest.mark.parametrize("end", ["", "/meeting", "/alerts.csv", "/minutes.csv", "/actions.csv"])
def test_the_area_of_north_costs_what_none_costs(engine: Engine, east: Visitor, end: str) -> None:
    there, nothing = (
        work_of(engine, lambda area=area: east.get(f"/tactical/areas/{area}{end}"))
        for area in ("north", "nowhr")
    )
    assert there == nothing


@pytest.mark.parametrize("end", ["", "/frozen.html", "/frozen.json"])
def test_a_picture_of_north_costs_what_none_costs(
    engine: Engine, east: Visitor, clock: HandClock, end: str
) -> None:
    freeze(engine, "ciog-north", "2026-08-31", clock.now(), {"sentences": ["Robbery."]}, b"<p>")
    there, nothing = (
        work_of(engine, lambda day=day: east.get(f"/tactical/pictures/{day}{end}"))
        for day in ("2026-08-31", "2026-08-17")
    )
    assert there == nothing


@pytest.mark.parametrize(
    "path",
    [
        "/tactical/",
        "/tactical/areas/east?show=all",
        "/tactical/areas/east/meeting",
        "/tactical/areas/east/minutes.csv",
        "/tactical/feeds",
        "/tactical/alerts/al-east",
        "/v1/alerts?limit=500",
        "/v1/alerts.atom",
    ],
)
def test_what_north_is_told_costs_east_nothing(
    engine: Engine, east: Visitor, clock: HandClock, path: str
) -> None:
    before = work_of(engine, lambda: east.get(path))
    for number in range(200):
        tell(engine, f"al-many-{number}", clock.now() - DAY, data_of("north"))
    assert work_of(engine, lambda: east.get(path)) == before


def test_an_event_of_another_agency_costs_what_none_costs(
    engine: Engine, sign: Callable[..., Visitor]
) -> None:
    dpo = sign(Role.DPO, party="warwickshire-fire")
    theirs = {"source": "/warwickshire-police/crime", "id": "wpc-00000001"}
    work = work_of(engine, lambda: dpo.post("/review/decisions", **theirs))
    assert not any("decision" in statement for statement in work.statements)
