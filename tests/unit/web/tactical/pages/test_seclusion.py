"""A chair of East who guesses, sorts, filters, searches and exports learns nothing of North."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from tests.people import HandClock
from tests.tactical_hub import Visitor, data_of, freeze, receive, tell

from cioghub.ports.cases import About
from cioghub.vocabulary.cases import Move, Step
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub

NORTH = re.compile(r"al-north|al-south|Robbery|E01031038", re.IGNORECASE)
"""What only somebody who sees North or South may read."""

LISTS = [
    f"/tactical/areas/east{end}?{query}"
    for end in ("", "/alerts.csv")
    for query in (
        *("show=all", "show=ended", "show=new", "sort=level", "sort=category", "sort=due"),
        *("category=robbery", "category=robbery&show=all", "q=robbery", "q=al-north&show=all"),
        *(
            "q=north&show=all",
            "show=all&category=&sort=risk&q=",
            "area=north",
            "audience=ciog-north",
        ),
    )
]


@pytest.fixture(autouse=True)
def work_in_north(hub: Hub, clock: HandClock) -> None:
    """Let people in North have worked, so that there is something to learn."""
    about = About("al-north", "surge", "robbery")
    said = Step(clock.now(), "p-9", "N. Orth", Move.DISMISS, "other", "Robbery of al-north.")
    hub.cases.make(about, said, 0)


@pytest.mark.parametrize(
    "path",
    [
        *LISTS,
        "/tactical/",
        "/tactical/feeds",
        "/tactical/pictures",
        "/tactical/areas/east/meeting",
        "/tactical/areas/east/minutes.csv",
        "/tactical/areas/east/actions.csv",
        "/tactical/alerts/al-both",
        "/tactical/alerts/al-east",
    ],
)
def test_nothing_that_a_chair_opens_tells_of_another_area(east: Visitor, path: str) -> None:
    answer = east.get(path)
    assert answer.status_code == 200
    asked = answer.text.replace("q=robbery", "").replace('value="robbery"', "")
    asked = asked.replace('value="al-north"', "").replace("q=al-north", "")
    asked = asked.replace("category=robbery", "")
    assert NORTH.search(asked) is None


@pytest.mark.parametrize("query", ["category=robbery", "q=robbery", "q=al-north", "q=N.+Orth"])
def test_to_ask_for_what_is_elsewhere_is_to_ask_for_what_is_nowhere(
    east: Visitor, query: str
) -> None:
    nowhere = query.partition("=")[0] + "=zzz"
    there = east.get(f"/tactical/areas/east?show=all&{query}").text
    nothing = east.get(f"/tactical/areas/east?show=all&{nowhere}").text
    for word in re.split(r"=", query)[1:]:
        there = there.replace(word, "zzz").replace(word.replace("+", " "), "zzz")
    assert there == nothing


@pytest.mark.parametrize(
    "path",
    [
        "/tactical/alerts/{}",
        "/tactical/areas/{}",
        "/tactical/areas/{}/meeting",
        "/tactical/areas/{}/minutes.csv",
        "/tactical/areas/{}/actions.csv",
        "/tactical/areas/{}/alerts.csv",
    ],
)
def test_a_guess_that_is_right_is_answered_like_one_that_is_wrong(east: Visitor, path: str) -> None:
    right, wrong = ("al-north", "al-no-such") if "alerts/" in path else ("north", "nowhere")
    there, nothing = east.get(path.format(right)), east.get(path.format(wrong))
    assert there.status_code == nothing.status_code == 404
    assert there.text == nothing.text
    assert dict(there.headers) == dict(nothing.headers)


@pytest.mark.parametrize("move", [*Move, "behind", "no-such"])
def test_no_step_can_be_made_on_what_is_not_seen(east: Visitor, move: str) -> None:
    said = {"code": "other", "words": "Because.", "why": "To plan a response.", "known": 1}
    there = east.post(f"/tactical/alerts/al-north/{move}", **said)
    nothing = east.post(f"/tactical/alerts/al-no-such/{move}", **said)
    assert there.status_code == nothing.status_code == 404
    assert there.text == nothing.text


def test_an_alert_that_follows_one_elsewhere_does_not_lead_there(
    east: Visitor, engine: Engine, clock: HandClock
) -> None:
    tell(engine, "al-next", clock.now(), data_of("east", follows="al-north"))
    assert "al-north" not in east.get("/tactical/alerts/al-next").text


def test_another_audience_s_picture_is_none(
    east: Visitor, engine: Engine, clock: HandClock
) -> None:
    content = {"fortnight": {"from": "2026-08-31", "to": "2026-09-13"}, "sentences": ["Robbery."]}
    freeze(engine, "ciog-north", "2026-08-31", clock.now(), content, b"<p>Robbery</p>")
    for end in ("", "/frozen.html", "/frozen.json"):
        there = east.get(f"/tactical/pictures/2026-08-31{end}")
        nothing = east.get(f"/tactical/pictures/2026-08-17{end}")
        assert there.status_code == nothing.status_code == 404
        assert there.text == nothing.text
    assert "31 August" not in east.get("/tactical/pictures").text


def test_a_publisher_opens_its_own_records_and_nobody_else_s(
    sign: Callable[..., Visitor], engine: Engine
) -> None:
    receive(engine, "warwickshire-fire", "/warwickshire-fire/incident", "wfr-1", "al-east")
    receive(engine, "warwickshire-police", "/warwickshire-police/crime", "wp-1", "al-east")
    receive(engine, "warwickshire-police", "/warwickshire-police/crime", "wp-2", "al-north")
    fire = sign(Role.AGENCY_CONTACT, party="warwickshire-fire")
    listed = fire.get("/agency/receipts").text
    assert "al-east" in listed
    assert "al-north" not in listed
    own = fire.get("/agency/receipts/al-east").text
    assert "wfr-1" in own
    assert "wp-1" not in own
    there, nothing = (fire.get(f"/agency/receipts/{id}") for id in ("al-north", "al-no-such"))
    assert there.status_code == nothing.status_code == 404
    assert there.text == nothing.text


def test_who_reads_no_alerts_reads_none_here(sign: Callable[..., Visitor]) -> None:
    for visitor in (
        sign(Role.AGENCY_CONTACT, party="warwickshire-fire"),
        sign(Role.DPO, party="warwickshire-fire"),
        sign(Role.OPERATOR),
    ):
        for path in ("/tactical/", "/tactical/areas/east", "/tactical/alerts/al-east"):
            assert visitor.get(path).status_code == 403


def test_an_auditor_reads_alerts_and_nothing_that_was_typed_about_them(
    sign: Callable[..., Visitor],
) -> None:
    auditor = sign(Role.AUDITOR)
    page = auditor.get("/tactical/alerts/al-north").text
    assert "Dismissed" in page
    assert "N. Orth" not in page
    assert "Robbery of al-north." not in page
    assert auditor.get("/tactical/areas/north/minutes.csv").status_code == 403


def test_a_chair_reads_what_the_ciog_may_and_not_what_the_tactical_group_may(
    east: Visitor, engine: Engine, clock: HandClock
) -> None:
    whole = data_of("east", also=["north"], seen=[{"publisher": "geh-nhs", "count": 33}])
    hidden = data_of("east", also=["north"], seen=[{"publisher": "geh-nhs", "count": "under 8"}])
    tell(engine, "al-shared", clock.now(), whole, audiences=["tactical-group", "ciog-north"])
    tell(engine, "al-shared", clock.now(), hidden, audiences=["ciog-east"])
    for path in (
        "/tactical/alerts/al-shared",
        "/tactical/areas/east",
        "/tactical/areas/east/alerts.csv",
        "/tactical/areas/east/meeting",
    ):
        text = east.get(path).text
        assert "under 8" in text
        assert "NHS Trust 33" not in text
        assert "geh-nhs 33" not in text
    content = {"fortnight": {"from": "2026-08-31", "to": "2026-09-13"}, "sentences": ["Whole."]}
    freeze(engine, "tactical-group", "2026-08-31", clock.now(), content, b"<p>Whole</p>")
    assert east.get("/tactical/pictures/2026-08-31/frozen.html").status_code == 404
