"""The people of a demo work on alerts in time, and leave to visitors what visitors take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from tests.people import HandClock
from tests.tactical_hub import CLOSED, data_of, hub_on, tell

from cioghub.cli.demo_cast import cast_of
from cioghub.cli.demo_play import Players
from cioghub.ports.cases import About
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.people_list import PeopleList
from cioghub.vocabulary.cases import CaseState, Move, Step
from cioghub.web.hub import Hub

RAISED_AT = 1_790_000_000
HOUR = 3600


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def hub(engine: Engine) -> Hub:
    plain = hub_on(engine, HandClock(RAISED_AT))
    bundle = plain.loaded.bundle
    cast = cast_of(PeopleList(engine), bundle.areas, bundle.parties, RAISED_AT)
    tell(engine, "al-1", RAISED_AT, data_of("east"))
    return replace(plain, cast=cast)


def test_nobody_looks_at_an_alert_before_its_time(hub: Hub) -> None:
    Players(hub).play(RAISED_AT + 59 * HOUR)
    assert hub.cases.case("al-1").state is CaseState.NEW


def test_the_analyst_looks_first_then_the_chair_of_the_area_acts(hub: Hub) -> None:
    Players(hub).play(RAISED_AT + 100 * HOUR)
    case = hub.cases.case("al-1")
    assert [(step.move, step.name) for step in case.steps] == [
        (Move.ASSESS, "Tactical analyst"),
        (Move.ACKNOWLEDGE, "Chair of East"),
        (Move.ACT, "Chair of East"),
    ]
    assert [step.at for step in case.steps] == [RAISED_AT + n * HOUR for n in (60, 84, 96)]
    assert len(case.open_actions) == 1


def test_it_is_the_same_played_all_at_once_or_hour_by_hour(hub: Hub) -> None:
    players = Players(hub)
    for hour in range(101):
        players.play(RAISED_AT + hour * HOUR)
    assert [step.at for step in hub.cases.case("al-1").steps] == [
        RAISED_AT + n * HOUR for n in (60, 84, 96)
    ]


def test_what_is_done_on_several_alerts_is_done_and_audited_in_the_order_of_time(
    hub: Hub, engine: Engine
) -> None:
    tell(engine, "al-2", RAISED_AT + HOUR, data_of("north"))
    Players(hub).play(RAISED_AT + 200 * HOUR)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT at FROM audit ORDER BY number")).scalars().all()
    assert [at - RAISED_AT for at in rows[-6:]] == [n * HOUR for n in (60, 61, 84, 85, 96, 97)]


def test_what_a_visitor_has_done_is_not_done_again(hub: Hub) -> None:
    about = About("al-1", "surge", "knife")
    at = RAISED_AT + HOUR
    own = Step(at, "visitor", "A visitor", Move.DISMISS, "too-small", "Too small.")
    hub.cases.make(about, own, 0)
    Players(hub).play(RAISED_AT + 90 * HOUR)
    assert [step.name for step in hub.cases.case("al-1").steps] == ["A visitor"]


def test_what_the_hub_has_closed_the_chair_closes_too(hub: Hub, engine: Engine) -> None:
    closed_at = RAISED_AT + 300 * HOUR
    tell(engine, "al-1", closed_at, data_of("east"), CLOSED)
    Players(hub).play(closed_at + 24 * HOUR)
    case = hub.cases.case("al-1")
    assert case.state is CaseState.CLOSED
    assert [step.at for step in case.steps[-2:]] == [closed_at + 20 * HOUR, closed_at + 22 * HOUR]
    assert case.open_actions == ()
