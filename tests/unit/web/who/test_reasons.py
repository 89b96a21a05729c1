"""Typed reasons: long enough to say something, and naming nobody."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Request
from sqlalchemy import text
from starlette.testclient import TestClient
from tests.people import cookie_of

from cioghub.vocabulary.people import Person, Reason, Role
from cioghub.web.app import create_app
from cioghub.web.who.asking import person
from cioghub.web.who.reasons import REASON_WORDS, REASONS, fault_of, note_typed


def test_every_reason_has_its_words() -> None:
    assert set(REASON_WORDS) == set(Reason)


def test_every_role_has_its_reasons_and_every_reason_its_roles() -> None:
    assert set(REASONS) == set(Role)
    assert {reason for reasons in REASONS.values() for reason in reasons} == set(Reason)


@pytest.mark.parametrize(
    ("words", "good"),
    [
        ("The school asked which evenings it was", True),
        ("  short  ", False),
        ("", False),
        ("x" * 501, False),
        ("He lives at CV21 3XY, I want to look", False),
        ("Somebody rang from 07700 900123 about it", False),
    ],
)
def test_a_typed_reason_says_enough_and_holds_no_identifier(words, good) -> None:
    assert (fault_of(words) is None) is good


@pytest.fixture
def app(hub) -> FastAPI:
    app = create_app(hub)

    @app.get("/test/behind")
    def behind(request: Request, words: str, who: Annotated[Person, Depends(person)]) -> str:
        note_typed(request, words)
        return who.id

    return app


def test_the_words_are_kept_with_the_read(app, engine, clock) -> None:
    with TestClient(app, base_url="http://127.0.0.1:8600") as client:
        client.cookies.set("ciog", cookie_of(engine, Role.ANALYST, clock.now()))
        who = client.get("/test/behind", params={"words": " The school asked why "}).json()
    with engine.connect() as connection:
        [row] = connection.execute(text('select who, subject, reason, words from "read"')).all()
    assert tuple(row) == (who, "/test/behind", "working-the-queue", "The school asked why")


def test_words_that_will_not_do_show_nothing(app, engine, clock) -> None:
    with TestClient(app, base_url="http://127.0.0.1:8600") as client:
        client.cookies.set("ciog", cookie_of(engine, Role.ANALYST, clock.now()))
        assert client.get("/test/behind", params={"words": "why"}).status_code == 500
    with engine.connect() as connection:
        assert connection.execute(text('select count(*) from "read"')).scalar_one() == 0
