"""A queue shows the alerts of its area, newest risk first, and hides no silence."""

from __future__ import annotations

import re

from sqlalchemy import Engine, insert
from tests.people import HandClock
from tests.tactical_hub import CLOSED, DAY, UPDATED, Visitor, data_of, tell
from tests.unit.web.tactical.pages.conftest import Sign

from cioghub.stores.sql.tables.log import Heard
from cioghub.vocabulary.people import Role


def listed(text: str) -> list[str]:
    """Return the ids of the alerts on a page, in order."""
    return re.findall(r'<h3 class="govuk-heading-s">.*?/tactical/alerts/([\w-]+)"', text)


def test_an_alert_that_touches_two_areas_is_in_both_queues(analyst: Visitor) -> None:
    assert listed(analyst.get("/tactical/areas/east").text) == ["al-east", "al-both"]
    assert listed(analyst.get("/tactical/areas/north").text) == ["al-both", "al-north"]
    assert listed(analyst.get("/tactical/areas/south").text) == ["al-south"]


def test_the_way_back_from_an_alert_leads_to_the_area_that_leads_if_its_reader_sees_it(
    analyst: Visitor, sign: Sign
) -> None:
    back = '<a href="/tactical/areas/{}" class="govuk-back-link">'
    assert back.format("east") in analyst.get("/tactical/alerts/al-both").text
    north = sign(Role.CHAIR, "north")
    assert back.format("north") in north.get("/tactical/alerts/al-both").text


def test_newest_risk_is_what_was_raised_or_rose_last(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    risen = data_of("east", also=["north"], hub_category="county-lines", level="far-above")
    tell(engine, "al-both", clock.now() - DAY, risen, UPDATED)
    assert listed(analyst.get("/tactical/areas/east").text) == ["al-both", "al-east"]


def test_what_is_told_again_in_the_same_words_is_one_line_that_says_how_often(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    for minutes, expected in ((90, 4.2), (60, 4.3), (30, 4.4)):
        data = data_of("east", expected=expected, provisional=True)
        tell(engine, "al-east", clock.now() - 60 * minutes, data, UPDATED)
    risen = data_of("east", level="well-above", provisional=True)
    tell(engine, "al-east", clock.now(), risen, UPDATED)
    page = analyst.get("/tactical/alerts/al-east").text
    assert page.count("<strong>New evidence</strong>") == 2
    assert page.count("Told 3 times since 21 September 2026 at 13:43.") == 1


def test_a_card_says_what_where_who_when_and_why(analyst: Visitor) -> None:
    page = analyst.get("/tactical/areas/east").text
    for words in (
        "Knife crime, East",
        "Above usual",
        "Not yet looked at by a person",
        "Police 14",
        "Usual: about 4.2",
        "1 September to 14 September 2026",
        "Knife crime: above usual in East. Reported by police.",
    ):
        assert words in page


def test_a_queue_is_filtered_sorted_and_searched(analyst: Visitor) -> None:
    def asked(query: str) -> list[str]:
        return listed(analyst.get(f"/tactical/areas/east?{query}").text)

    assert asked("category=county-lines") == ["al-both"]
    assert asked("sort=level") == ["al-both", "al-east"]
    assert asked("q=COUNTY+lines") == ["al-both"]
    assert asked("q=nothing+like+it") == []
    assert asked("show=ended") == []
    assert asked("show=no-such&sort=no-such") == ["al-east", "al-both"]


def test_what_the_hub_closed_and_nobody_works_on_waits_no_more(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    tell(engine, "al-east", clock.now(), data_of("east"), CLOSED)
    assert listed(analyst.get("/tactical/areas/east").text) == ["al-both"]
    assert listed(analyst.get("/tactical/areas/east?show=ended").text) == ["al-east"]


def test_a_silent_feed_is_said_on_the_queue_with_weekday_and_minute(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    heard = clock.now() - 2 * DAY
    with engine.begin() as connection:
        connection.execute(
            insert(Heard).values(source="/warwickshire-fire/incident", last_event=heard)
        )
    page = analyst.get("/tactical/areas/east").text
    assert re.search(r"Fire: no data since \w+day \d\d:\d\d\.", page)


def test_the_marking_stands_on_every_page(analyst: Visitor) -> None:
    for path in ("/tactical/", "/tactical/areas/east", "/tactical/alerts/al-east"):
        page = analyst.get(path).text
        assert "OFFICIAL-SENSITIVE" in page
    assert "Not by itself grounds for stop and search" in page
