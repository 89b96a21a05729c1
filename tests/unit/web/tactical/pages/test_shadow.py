"""In shadow mode nobody is told anything; afterwards, what would have been told is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, insert
from tests.people import HandClock
from tests.tactical_hub import DAY, LONDON, Visitor, data_of, freeze, hub_on, receive, tell

from cioghub.stores.sql.tables.log import Heard
from cioghub.vocabulary.people import Role
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.web.shadowed import ShadowedRoom

SHADOW = Shadow(date(2026, 8, 31), date(2026, 9, 27))


@pytest.fixture
def hub(engine: Engine, clock: HandClock) -> Hub:
    begins = SHADOW.begins(LONDON)
    tell(engine, "al-before", begins - 1, data_of("east", reason="Before."))
    tell(engine, "al-east", begins + DAY, data_of("east", reason="Within."))
    tell(engine, "al-after", SHADOW.ends(LONDON), data_of("east", reason="After."))
    receive(engine, "warwickshire-fire", "/warwickshire-fire/incident", "wfr-1", "al-east")
    page = {"fortnight": {"from": "2026-08-31", "to": "2026-09-13"}, "sentences": ["Told."]}
    freeze(engine, "tactical-group", "2026-08-31", begins, page, b"<p>Told</p>")
    return hub_on(engine, clock, SHADOW)


@pytest.fixture
def ended(clock: HandClock) -> None:
    clock.at = SHADOW.ends(LONDON)


def test_while_it_lasts_nobody_is_told_anything_by_any_door(
    hub: Hub, analyst: Visitor, sign: Callable[..., Visitor]
) -> None:
    assert "al-east" not in analyst.get("/tactical/areas/east?show=all").text
    assert analyst.get("/tactical/alerts/al-east").status_code == 404
    assert analyst.get("/tactical/pictures/2026-08-31").status_code == 404
    assert analyst.step("al-east", "assess", 0, code="unclear", words="x").status_code == 404
    fire = sign(Role.AGENCY_CONTACT, party="warwickshire-fire")
    assert "al-east" not in fire.get("/agency/receipts").text
    room = ShadowedRoom(hub.room, hub.clock, SHADOW.ends(LONDON))
    audience = "tactical-group"
    assert (room.newest(), room.last_cursor(audience)) == (0, 0)
    for told in (
        room.since(audience, 0, 100),
        room.standing(audience),
        room.history(audience, "al-east"),
        room.pictures(audience),
        room.receipts("warwickshire-fire"),
    ):
        assert list(told) == []
    assert room.picture(audience, "2026-08-31") is None


def test_while_it_lasts_its_page_says_until_when_and_the_feeds_are_told(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(Heard).values(
                source="/warwickshire-fire/incident", last_event=clock.at - 3 * DAY
            )
        )
    page = analyst.get("/tactical/shadow").text
    assert "It still lasts." in page
    assert "al-east" not in page
    assert "Shadow mode until 27 September 2026" in analyst.get("/tactical/").text
    assert "Fire: no data since" in analyst.get("/tactical/feeds").text


def test_afterwards_what_would_have_been_told_is_shown_and_nothing_from_outside_it(
    ended: None, analyst: Visitor
) -> None:
    page = analyst.get("/tactical/shadow").text
    assert "Within." in page
    assert "Before." not in page
    assert "After." not in page


def test_it_is_held_beside_what_happened(ended: None, analyst: Visitor) -> None:
    found = analyst.post("/tactical/shadow", alert="al-east", finding="real-new", words="New.")
    missed = analyst.post("/tactical/shadow", ciog="north", words="A fight on Saturday.")
    assert found.status_code == missed.status_code == 303
    page = analyst.get("/tactical/shadow").text
    for words in ("It was real, and we did not know.", "New.", "A fight on Saturday."):
        assert words in page
    analyst.post("/tactical/shadow", alert="al-east", finding="not-real", words="A backlog.")
    page = analyst.get("/tactical/shadow").text
    assert "A backlog." in page
    assert "New." not in page, "of one alert the last finding counts"


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"alert": "al-east"}, 422, "Choose what was found."),
        ({"alert": "al-before", "finding": "real-new"}, 404, "Nothing is here for you"),
        ({"ciog": "nowhere", "words": "A fight."}, 422, "Choose the area"),
        ({"ciog": "east"}, 422, "Write in a sentence what happened"),
        ({"ciog": "east", "words": "Ring 07700 900123"}, 422, "Leave out what could name"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    ended: None, analyst: Visitor, hub: Hub, form: dict[str, str], status: int, words: str
) -> None:
    answer = analyst.post("/tactical/shadow", **form)
    assert answer.status_code == status
    assert words in answer.text
    assert list(hub.margins.happened()) == []


def test_a_chair_does_not_compare_and_a_hub_without_a_shadow_has_no_page(
    ended: None, sign: Callable[..., Visitor], engine: Engine, clock: HandClock
) -> None:
    assert sign(Role.CHAIR, "east").get("/tactical/shadow").status_code == 403
    lit = Visitor(engine, create_app(hub_on(engine, clock)), Role.COORDINATOR)
    assert lit.get("/tactical/shadow").status_code == 404
