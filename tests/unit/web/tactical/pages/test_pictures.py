"""A frozen picture is the same bytes for ever; what was learned since stands beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine
from tests.people import HandClock
from tests.tactical_hub import DAY, Visitor, data_of, freeze

from cioghub.ports.cases import About
from cioghub.vocabulary.cases import Move, Step
from cioghub.vocabulary.people import Role
from cioghub.web.hub import Hub

FIRST, NEXT = "2026-08-24", "2026-09-07"
PAGE = b"<!doctype html><title>P</title><style>p{margin:0}</style><p>Frozen</p>"


def content(first: str, *alerts: str, late: str | None = None) -> dict[str, Any]:
    told = [
        {"alert": one, "state": "new", "raised": first, **data_of("east", reason=f"Why {one}.")}
        for one in alerts
    ]
    return {
        "fortnight": {"from": first, "to": first},
        "frozen_at": f"{first}T00:00:00+01:00",
        "sentences": [f"About {first}."],
        "alerts": told,
        "areas": [],
        "rules": "ab" * 32,
        "late": [{"publisher": "warwickshire-fire", "words": late}] if late else [],
    }


@pytest.fixture
def frozen(engine: Engine, clock: HandClock) -> dict[str, Any]:
    made = content(FIRST, "al-east", "al-both")
    freeze(engine, "ciog-east", FIRST, clock.now() - 3 * DAY, made, PAGE)
    freeze(engine, "tactical-group", FIRST, clock.now() - 3 * DAY, made, PAGE)
    return made


def test_the_bytes_are_those_that_were_frozen_whatever_is_learned_since(
    frozen: dict[str, Any], east: Visitor, analyst: Visitor
) -> None:
    before = east.get(f"/tactical/pictures/{FIRST}/frozen.html")
    assert before.content == PAGE
    assert east.get(f"/tactical/pictures/{FIRST}/frozen.json").content == orjson.dumps(frozen)
    analyst.post(f"/tactical/pictures/{FIRST}/errata", words="Fire sent twelve events late.")
    analyst.step("al-east", "assess", 0, code="likely-real", words="Real.")
    assert east.get(f"/tactical/pictures/{FIRST}/frozen.html").content == PAGE
    page = east.get(f"/tactical/pictures/{FIRST}").text
    assert hashlib.sha256(PAGE).hexdigest() in page


def test_a_frozen_page_may_use_its_own_style_and_nothing_else(
    frozen: dict[str, Any], east: Visitor
) -> None:
    answer = east.get(f"/tactical/pictures/{FIRST}/frozen.html")
    policy = answer.headers["content-security-policy"]
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_person_had_looked_at_by_the_freeze_stands_apart_from_what_nobody_had(
    frozen: dict[str, Any], east: Visitor, hub: Hub, clock: HandClock
) -> None:
    for alert, at in (("al-east", clock.now() - 4 * DAY), ("al-both", clock.now() - DAY)):
        said = Step(at, "p-9", "A. Nalyst", Move.ASSESS, "unclear", "Look.")
        hub.cases.make(About(alert, "surge", "knife"), said, 0)
    page = east.get(f"/tactical/pictures/{FIRST}").text
    looked, _, apart = page.partition('id="unseen"')
    assert "Why al-east." in looked
    assert "Why al-both." not in looked
    assert "Why al-both." in apart
    assert "Today: assessed by an analyst, with the chair" in apart


def test_errata_stand_beside_the_picture_of_their_own_audience(
    frozen: dict[str, Any], east: Visitor, analyst: Visitor, hub: Hub
) -> None:
    answer = analyst.post(f"/tactical/pictures/{FIRST}/errata", words="Twelve came late.")
    assert answer.status_code == 303
    assert "Twelve came late." in analyst.get(f"/tactical/pictures/{FIRST}").text
    assert "1 erratum" in analyst.get("/tactical/pictures").text
    assert "Twelve came late." not in east.get(f"/tactical/pictures/{FIRST}").text


@pytest.mark.parametrize(
    ("words", "said"),
    [("", "Write what is wrong"), ("Ring 07700 900123", "Leave out what could name a person")],
)
def test_an_erratum_needs_words_that_name_nobody(
    frozen: dict[str, Any], analyst: Visitor, hub: Hub, words: str, said: str
) -> None:
    answer = analyst.post(f"/tactical/pictures/{FIRST}/errata", words=words)
    assert answer.status_code == 422
    assert said in answer.text
    assert list(hub.margins.errata("tactical-group", FIRST)) == []


def test_only_an_analyst_writes_errata(frozen: dict[str, Any], east: Visitor) -> None:
    answer = east.post(f"/tactical/pictures/{FIRST}/errata", words="Wrong.")
    assert answer.status_code == 403
    assert "Put an erratum" not in east.get(f"/tactical/pictures/{FIRST}").text


def test_what_the_next_picture_says_came_late_is_said_here_too(
    frozen: dict[str, Any], east: Visitor, engine: Engine, clock: HandClock
) -> None:
    after = content(NEXT, late="+3 counts since the last picture was frozen")
    freeze(engine, "ciog-east", NEXT, clock.now(), after, PAGE)
    page = east.get(f"/tactical/pictures/{FIRST}").text
    assert "Fire: +3 counts since the last picture was frozen" in page
    assert "+3 counts" not in east.get(f"/tactical/pictures/{NEXT}").text


def test_pictures_are_for_readers(frozen: dict[str, Any], sign: Callable[..., Visitor]) -> None:
    assert sign(Role.OPERATOR).get("/tactical/pictures").status_code == 403
