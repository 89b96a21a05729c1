"""An agency's own tokens: of the contract's form, one for a person, another for a place."""

from datetime import date

import pytest

from cioghub.steps.pseudonymise.agency_tokens import AgencyTokens
from cioghub.steps.validate.forms import TOKEN_FORM
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import schemas_folder

SCHEMAS = read_schemas(schemas_folder())
OLD = KeyRoot("k1", None, Secret(b"a" * 32))
NEW = KeyRoot("k2", date(2026, 4, 1), Secret(b"b" * 32))
TOKENS = AgencyTokens(KeyRing([OLD, NEW]), SCHEMAS)


def crime(time: str = "2026-03-01T10:00:00Z", **tokens: object) -> dict:
    return {"type": "police.crime.v1", "time": time, "data": {"category": "34B", **tokens}}


def test_a_person_has_one_token_in_every_role_and_a_place_another() -> None:
    data = TOKENS(crime(suspect_token="A/1", victim_token=" A/1 ", place_token="A/1"))["data"]
    assert TOKEN_FORM.fullmatch(data["suspect_token"])
    assert data["suspect_token"] == data["victim_token"] != data["place_token"]
    assert data["category"] == "34B"


def test_the_event_that_was_given_stays_as_it_is() -> None:
    given = crime(suspect_token="A/1")
    assert TOKENS(given) != given
    assert given == crime(suspect_token="A/1")


def test_another_key_and_another_reference_give_another_token() -> None:
    def token(reference: str, time: str) -> str:
        return TOKENS(crime(time, suspect_token=reference))["data"]["suspect_token"]

    days = ("2026-03-01T10:00:00Z", "2026-03-31T10:00:00Z", "2026-04-01T10:00:00Z")
    first, same, rotated = (token("A/1", day) for day in days)
    assert first == same != rotated
    assert token("A/2", days[0]) != first


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": ["x"], "data": {"suspect_token": "A/1"}},
        {"type": "no.such.v1", "data": {"suspect_token": "A/1"}},
        {"type": "fire.incident.v1", "time": "?", "data": {"suspect_token": "A/1"}},
        {"type": "police.crime.v1", "data": None},
        crime(suspect_token=None, victim_token="", place_token=7),
    ],
)
def test_what_holds_no_reference_stays_as_it_is(event: dict) -> None:
    assert TOKENS(event) == event
