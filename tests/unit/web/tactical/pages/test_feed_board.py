"""The board says who is silent, each feed by its own cadence, and what quiet means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from tests.people import HandClock, somebody
from tests.tactical_hub import CLOSED, DAY, Visitor, data_of, freeze, hub_on, tell

from cioghub.stores.sql.tables.log import Heard
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub
from cioghub.web.tactical.feed_board import FeedBoard
from cioghub.web.tactical.sight import Sight

HOUR = 3600
ANALYST_OF = Callable[..., Visitor]


def hear(engine: Engine, hub: Hub, **ago: int) -> None:
    """Let every feed have been heard an hour ago, but those named (by publisher) longer ago."""
    with engine.begin() as connection:
        for source in hub.loaded.bundle.parties.feed_owners():
            publisher = source.split("/")[1].replace("-", "_")
            at = hub.clock.now() - ago.get(publisher, HOUR)
            connection.execute(insert(Heard).values(source=source, last_event=at))


def quiet_of(hub: Hub, area: str) -> Any:
    sight = Sight(hub, somebody(Role.ANALYST))
    board = FeedBoard(hub, sight.audience)
    return next(one for one in board.quiet(sight, sight.alerts()) if one.id == area)


@pytest.fixture
def quiet_hub(engine: Engine, clock: HandClock) -> Hub:
    return hub_on(engine, clock)


def picture(count: int, quiet: dict[str, str] | None = None) -> dict[str, Any]:
    entry = {"publisher": "warwickshire-police", "count": count, "last": count, "season": None}
    row = {"hub_category": "knife", "name": "Knife crime", "counts": [entry], "noticed": 9}
    cells = [
        {"level": "ciog", "code": code, "name": code, "counts": [row], "quiet": quiet}
        for code in ("north", "east", "south")
    ]
    return {"areas": cells}


def test_each_feed_is_late_by_its_own_cadence(engine: Engine, quiet_hub: Hub) -> None:
    hear(engine, quiet_hub, warwickshire_fire=2 * DAY, swft_nhs=2 * DAY, geh_nhs=9 * DAY)
    late = FeedBoard(quiet_hub, "tactical-group").late_words()
    assert len(late) == 2
    assert re.fullmatch(r"Fire: no data since Saturday 15:13\.", late[0])
    assert late[1] == "George Eliot Hospital NHS Trust: no data since 12 September 2026 at 15:13."


def test_of_a_feed_in_time_only_the_day_is_told(engine: Engine, quiet_hub: Hub) -> None:
    hear(engine, quiet_hub, swft_nhs=3 * DAY)
    heard = {line.agency: line.heard for line in FeedBoard(quiet_hub, "tactical-group").lines()}
    assert heard["Police"] == "today"
    assert heard["South Warwickshire University NHS Foundation Trust"] == "18 September 2026"


def test_a_feed_of_an_agency_with_several_is_named(engine: Engine, quiet_hub: Hub) -> None:
    hear(engine, quiet_hub, warwickshire_police=3 * DAY)
    assert FeedBoard(quiet_hub, "tactical-group").late_words() == [
        "Police (crime): no data since Friday 15:13.",
        "Police (incident): no data since Friday 15:13.",
    ]


def test_a_reader_knows_only_of_publishers_that_let_it_read(engine: Engine, quiet_hub: Hub) -> None:
    hear(engine, quiet_hub)
    assert FeedBoard(quiet_hub, "nobody").lines() == []
    assert len(FeedBoard(quiet_hub, None).lines()) == 9


def test_quiet_has_four_forms(engine: Engine, quiet_hub: Hub, clock: HandClock) -> None:
    hear(engine, quiet_hub)
    assert quiet_of(quiet_hub, "east").form == "too-few"
    freeze(engine, "tactical-group", "2026-08-31", clock.now(), picture(20), b"")
    found = quiet_of(quiet_hub, "east")
    assert found.form == "nothing-unusual"
    assert "A rise of knife crime to about 9 would have been noticed." in found.words
    freeze(engine, "tactical-group", "2026-09-14", clock.now(), picture(1), b"")
    assert quiet_of(quiet_hub, "east").form == "too-few"


def test_a_history_too_short_for_the_picture_is_too_short_still(
    engine: Engine, quiet_hub: Hub, clock: HandClock
) -> None:
    hear(engine, quiet_hub)
    short = {"form": "too-few", "words": "Too few to say: there are 3 weeks of history."}
    freeze(engine, "tactical-group", "2026-09-14", clock.now(), picture(20, short), b"")
    assert quiet_of(quiet_hub, "east").words == short["words"]


def test_quiet_with_a_late_feed_says_nothing(
    engine: Engine, quiet_hub: Hub, clock: HandClock
) -> None:
    hear(engine, quiet_hub, warwickshire_fire=3 * DAY)
    freeze(engine, "tactical-group", "2026-09-14", clock.now(), picture(20), b"")
    found = quiet_of(quiet_hub, "east")
    assert found.form == "late-feed"
    assert "no data from fire" in found.words


def test_quiet_after_an_agreement_has_ended_says_nothing(
    engine: Engine, quiet_hub: Hub, clock: HandClock
) -> None:
    hear(engine, quiet_hub)
    bundle = quiet_hub.loaded.bundle
    ended = tuple(
        replace(one, ends=date(2026, 9, 1)) if one.name == "fire-to-hub" else one
        for one in bundle.agreements
    )
    loaded = replace(quiet_hub.loaded, bundle=replace(bundle, agreements=ended))
    found = quiet_of(replace(quiet_hub, loaded=loaded), "east")
    assert found.form == "not-shared"
    assert "the agreement of warwickshire-fire has ended" in found.words


def test_an_area_with_an_open_alert_is_not_quiet(
    engine: Engine, hub: Hub, clock: HandClock, analyst: Visitor
) -> None:
    hear(engine, hub, warwickshire_fire=3 * DAY)
    assert quiet_of(hub, "south").alerts == 1
    tell(engine, "al-south", clock.now(), data_of("south"), CLOSED)
    assert quiet_of(hub, "south").form == "late-feed"
    page = analyst.get("/tactical/feeds").text
    assert "Feed late" in page
    assert "govuk-tag--green" not in page


def test_an_operator_sees_the_feeds_and_no_area(sign: ANALYST_OF) -> None:
    page = sign(Role.OPERATOR).get("/tactical/feeds").text
    assert "Health of the feeds" in page
    assert "What quiet means" not in page
