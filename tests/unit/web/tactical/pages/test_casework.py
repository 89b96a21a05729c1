"""An analyst looks first, then the chair works on it; each step is timed, named and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from tests.people import ON_BOTH, HandClock
from tests.tactical_hub import UPDATED, Visitor, data_of, tell

from cioghub.stores.sql.tables.people import AuditRow
from cioghub.vocabulary.cases import CaseState
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub

ACTION = {
    "owner": "rugby-council",
    "response": "street-doctors",
    "due-day": "1",
    "due-month": "12",
    "due-year": "2026",
}


def assess(analyst: Visitor, alert: str = "al-east") -> Any:
    return analyst.step(alert, "assess", 0, code="likely-real", words="Two agencies agree.")


@ON_BOTH
def test_the_way_of_an_alert(analyst: Visitor, east: Visitor, hub: Hub, engine: Engine) -> None:
    answer = assess(analyst)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/tactical/alerts/al-east#steps"
    steps = [
        east.step("al-east", "acknowledge", 1),
        east.step("al-east", "add-action", 2, **ACTION),
        east.step("al-east", "escalate", 3, code="tactical-group", words="It needs the county."),
        east.step("al-east", "end-action", 4, action="1", code="done", words="Visited."),
        east.step("al-east", "close", 5, code="reduced", words="No event for two weeks."),
    ]
    assert [step.status_code for step in steps] == [303] * 5
    case = hub.cases.case("al-east")
    assert case.state is CaseState.CLOSED
    assert [step.name for step in case.steps] == ["A analyst", *["A chair"] * 5]
    assert {step.at for step in case.steps} == {hub.clock.now()}
    page = east.get("/tactical/alerts/al-east").text
    for words in (
        "Assessed",
        "likely a real issue",
        "by A analyst",
        "Two agencies agree.",
        "Closed",
    ):
        assert words in page
    with engine.connect() as connection:
        deeds = connection.execute(select(AuditRow.action)).scalars().all()
    assert [deed for deed in deeds if deed.startswith("case-")] == [
        *("case-assess", "case-acknowledge", "case-add-action", "case-escalate"),
        *("case-end-action", "case-close"),
    ]


def test_until_an_analyst_has_looked_the_chair_waits(east: Visitor, hub: Hub) -> None:
    page = east.get("/tactical/alerts/al-east").text
    assert "turn, who looks first" in page
    assert east.step("al-east", "dismiss", 0, code="other", words="No.").status_code == 409
    assert east.step("al-east", "assess", 0, code="unclear", words="Hm.").status_code == 403
    assert east.step("al-east", "acknowledge", 0).status_code == 422
    assert not hub.cases.case("al-east").looked_at


def test_what_a_chair_has_taken_on_an_analyst_dismisses_no_more(
    analyst: Visitor, east: Visitor
) -> None:
    assess(analyst)
    east.step("al-east", "acknowledge", 1)
    said = {"code": "data-quality", "words": "A backlog."}
    assert analyst.step("al-east", "dismiss", 2, **said).status_code == 409
    assert analyst.step("al-east", "acknowledge", 2).status_code == 403
    assert analyst.step("al-east", "remark", 2, words="A backlog, perhaps.").status_code == 303


@pytest.mark.parametrize("code", ["", "because"])
def test_nothing_is_dismissed_without_a_reason_of_the_list(
    analyst: Visitor, hub: Hub, code: str
) -> None:
    answer = analyst.step("al-east", "dismiss", 0, code=code, words="Nothing in it.")
    assert answer.status_code == 422
    assert "Choose one of the reasons." in answer.text
    assert "Nothing in it." in answer.text, "what was typed is not lost"
    assert not hub.cases.case("al-east").looked_at


def test_nothing_is_closed_without_words_or_with_an_action_open(
    analyst: Visitor, east: Visitor, hub: Hub
) -> None:
    assess(analyst)
    east.step("al-east", "acknowledge", 1)
    answer = east.step("al-east", "close", 2, code="reduced", words=" ")
    assert "Write in a sentence why." in answer.text
    east.step("al-east", "add-action", 2, **ACTION)
    answer = east.step("al-east", "close", 3, code="reduced", words="Done.")
    assert answer.status_code == 422
    assert "End every open action first" in answer.text
    assert hub.cases.case("al-east").state is CaseState.ACTING


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"owner": "nobody"}, "Choose the agency"),
        ({"response": ""}, "Choose a response"),
        ({"response": "another", "words": "New."}, "Choose the pillar"),
        ({"response": "another", "pillar": "prevent", "level": "primary"}, "Say what the other"),
        ({"due-month": "13"}, "Write the day"),
        ({"due-year": "2020"}, "has passed already"),
        ({"words": "x" * 1001}, "at most 1000"),
    ],
)
def test_an_action_needs_an_owner_a_response_and_a_day_to_come(
    analyst: Visitor, east: Visitor, hub: Hub, changes: dict[str, str], words: str
) -> None:
    assess(analyst)
    east.step("al-east", "acknowledge", 1)
    answer = east.step("al-east", "add-action", 2, **ACTION | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert hub.cases.case("al-east").actions == ()


def test_a_response_of_the_list_brings_its_pillar_and_level(
    analyst: Visitor, east: Visitor, hub: Hub
) -> None:
    assess(analyst)
    east.step("al-east", "acknowledge", 1)
    east.step("al-east", "add-action", 2, **ACTION, pillar="respond", level="tertiary")
    other = {"response": "another", "pillar": "respond", "level": "secondary", "words": "Visit."}
    east.step("al-east", "add-action", 3, **ACTION | other)
    tasks = [action.task for action in hub.cases.case("al-east").actions]
    assert [(task.response, task.pillar, task.level) for task in tasks] == [
        ("street-doctors", "prevent", "primary"),
        (None, "respond", "secondary"),
    ]


@pytest.mark.parametrize("words", ["Call him on 07700 900123.", "He is 943 476 5919."])
def test_words_that_could_name_a_person_are_refused(analyst: Visitor, hub: Hub, words: str) -> None:
    answer = analyst.step("al-east", "assess", 0, code="likely-real", words=words)
    assert answer.status_code == 422
    assert "Leave out what could name a person" in answer.text
    assert not hub.cases.case("al-east").looked_at


@ON_BOTH
def test_of_two_who_opened_the_same_page_the_second_is_told(
    analyst: Visitor, sign: Callable[..., Visitor], hub: Hub
) -> None:
    assess(analyst)
    late = analyst.step("al-east", "dismiss", 0, code="too-small", words="Too small.")
    assert late.status_code == 409
    assert "Somebody has made a step since" in late.text
    assert hub.cases.case("al-east").state is CaseState.ASSESSED


def test_a_form_from_elsewhere_changes_nothing(analyst: Visitor, hub: Hub) -> None:
    said = {"known": "0", "code": "likely-real", "words": "Real."}
    answer = analyst.client.post("/tactical/alerts/al-east/assess", data=said)
    assert answer.status_code == 400
    assert not hub.cases.case("al-east").looked_at


def test_an_alert_that_rises_after_it_was_dismissed_comes_back(
    analyst: Visitor, east: Visitor, engine: Engine, clock: HandClock
) -> None:
    analyst.step("al-east", "dismiss", 0, code="too-small", words="Too small.")
    assert "al-east" not in east.get("/tactical/areas/east").text
    clock.at += 60
    tell(engine, "al-east", clock.at, data_of("east", level="far-above"), UPDATED)
    assert "Has risen since" in east.get("/tactical/areas/east").text
    assert east.step("al-east", "reopen", 1, words="It rose.").status_code == 303


def test_both_chairs_of_an_alert_on_a_border_work_on_one_case(
    analyst: Visitor, east: Visitor, sign: Callable[..., Visitor], hub: Hub
) -> None:
    north = sign(Role.CHAIR, "north")
    assess(analyst, "al-both")
    assert north.step("al-both", "acknowledge", 1).status_code == 303
    assert east.step("al-both", "remark", 2, words="We see it too.").status_code == 303
    assert "We see it too." in north.get("/tactical/alerts/al-both").text


@ON_BOTH
def test_dismissals_are_counted_by_category_signal_and_reason(
    analyst: Visitor, east: Visitor
) -> None:
    for alert in ("al-east", "al-both", "al-north"):
        analyst.step(alert, "dismiss", 0, code="planned-event", words="A festival.")
    assert analyst.get("/tactical/").text.count("Explained by a planned event") == 3
    assert east.get("/tactical/").text.count("Explained by a planned event") == 2


def test_to_look_behind_an_alert_takes_a_typed_reason(
    analyst: Visitor, sign: Callable[..., Visitor]
) -> None:
    refused = analyst.post("/tactical/alerts/al-east/behind", why="x")
    assert refused.status_code == 422
    assert "ev-east-1" not in refused.text
    seen = analyst.post("/tactical/alerts/al-east/behind", why="To plan where to patrol.")
    assert seen.status_code == 200
    assert "ev-east-1" in seen.text
    auditor = sign(Role.AUDITOR)
    why = {"why": "To plan where to patrol."}
    assert auditor.post("/tactical/alerts/al-east/behind", **why).status_code == 403


def test_a_page_says_where_to_turn_by_category(analyst: Visitor) -> None:
    page = analyst.get("/tactical/alerts/al-east").text
    assert "Fearless" in page
    assert "Crimestoppers" in page
    assert "RoSA" not in page


def test_what_no_agency_releases_exactly_is_not_offered_and_who_asks_is_told_once(
    analyst: Visitor, engine: Engine, clock: HandClock
) -> None:
    data = data_of("east")
    del data["evidence"]
    tell(engine, "al-hidden", clock.now(), data)
    assert "Look behind" in analyst.get("/tactical/alerts/al-east").text
    assert "Look behind" not in analyst.get("/tactical/alerts/al-hidden").text
    seen = analyst.post("/tactical/alerts/al-hidden/behind", why="To plan where to patrol.").text
    assert seen.count("does not release exact numbers") == 1
    assert "<table" not in seen
