"""An event is taken whole or refused with every fault at once, by pointer and code."""

import json
from typing import Any

import pytest
from tests.unit.validate.one_feed import (
    AREAS,
    EVENT,
    LISTS,
    SCHEMAS,
    changed,
    new_validator,
    without,
)

from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.incidents import Rejected, ValidIncident
from cioghub.vocabulary.parties import Feed, Parties, Party
from cioghub.vocabulary.reasons import HINTS, FaultCode

VALIDATOR = new_validator()


def faults(event: Any) -> list[tuple[str, str]]:
    found = VALIDATOR.validate(event)
    assert isinstance(found, Rejected)
    return [(fault.pointer, fault.code.value) for fault in found.faults]


def test_a_good_event_is_taken() -> None:
    valid = VALIDATOR.validate(EVENT)
    assert isinstance(valid, ValidIncident)
    assert valid.publisher == "police"
    assert valid.occurred_to is not None
    assert valid.time - valid.occurred_to == 9 * 3600


@pytest.mark.parametrize("field", ["weapon", "recorded_at", "area", "qualifiers", "victim_token"])
def test_what_may_be_null_may_also_be_left_out(field: str) -> None:
    assert isinstance(VALIDATOR.validate(without(f"/data/{field}")), ValidIncident)
    assert isinstance(VALIDATOR.validate(changed(f"/data/{field}", None)), ValidIncident)


@pytest.mark.parametrize(
    ("pointer", "value", "fault"),
    [
        ("/id", "a b", ("/id", "wrong-form")),
        ("/id", "x" * 129, ("/id", "wrong-form")),
        ("/id", 7, ("/id", "wrong-type")),
        ("/id", "IDENTIFIER", ("/id", "identifier")),
        ("/source", "/fire/incident", ("/source", "unknown-source")),
        ("/source", "/police/IDENTIFIER", ("/source", "identifier")),
        ("/type", "police.crime.v9", ("/type", "unknown-type")),
        ("/type", "police.incident.v1", ("/type", "type-not-of-feed")),
        ("/time", "2025-06-02T08:00:00", ("/time", "wrong-form")),
        ("/time", "2025-05-31T08:00:00Z", ("/time", "published-too-early")),
        ("/specversion", "0.3", ("/specversion", "wrong-form")),
        ("/datacontenttype", "text/plain", ("/datacontenttype", "wrong-form")),
        ("/subject", "x", ("/*", "unknown-attribute")),
        ("/data", [], ("/data", "wrong-type")),
        ("/data/victim_name", "Jo", ("/data/*", "unknown-field")),
        ("/data/category", "999", ("/data/category", "unknown-code")),
        ("/data/category_list", "nothing", ("/data/category_list", "unknown-code")),
        ("/data/category", None, ("/data/category", "wrong-type")),
        ("/data/occurred_from", "yesterday", ("/data/occurred_from", "wrong-form")),
        ("/data/occurred_to", "2025-06-01T01:00:00Z", ("/data/occurred_to", "interval-reversed")),
        ("/data/severity", True, ("/data/severity", "wrong-type")),
        ("/data/severity", 6, ("/data/severity", "unknown-code")),
        ("/data/weapon", {}, ("/data/weapon", "wrong-type")),
        ("/data/weapon", "x" * 5000, ("/data/weapon", "too-large")),
        ("/data/qualifiers", ["633", "633"], ("/data/qualifiers", "repeated")),
        ("/data/qualifiers", ["633", "000"], ("/data/qualifiers/1", "unknown-code")),
        ("/data/qualifiers", ["6"] * 9, ("/data/qualifiers", "too-many")),
        ("/data/held_for", "health", ("/data/held_for", "held-for-not-of-feed")),
        ("/data/suspect_token", "Jo Bloggs", ("/data/suspect_token", "wrong-form")),
        ("/data/suspect_token", "a" * 25, ("/data/suspect_token", "wrong-form")),
        ("/data/area/edition", "parish", ("/data/area/edition", "unknown-edition")),
        ("/data/area/code", "CV34 4RL", ("/data/area/code", "wrong-form")),
        ("/data/area/confidence", "sure", ("/data/area/confidence", "unknown-code")),
        ("/data/area/street", "High St", ("/data/area/*", "unknown-field")),
    ],
)  # fmt: skip
def test_one_fault_is_named_by_pointer_and_code(
    pointer: str, value: Any, fault: tuple[str, str]
) -> None:
    assert faults(changed(pointer, value)) == [fault]


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "time", "data"])
def test_every_attribute_is_needed(name: str) -> None:
    assert (f"/{name}", "missing") in faults(without(f"/{name}"))


def test_every_fault_is_named_at_once() -> None:
    event = changed("/data/weapon", "no-such-weapon")
    event["data"]["victim_name"] = "Jo Bloggs"
    event["data"]["occurred_from"] = 12
    event["id"] = "Jo Bloggs"
    assert set(faults(event)) == {
        ("/data/*", "unknown-field"),
        ("/data/occurred_from", "wrong-type"),
        ("/id", "wrong-form"),
        ("/data/weapon", "unknown-code"),
    }


@pytest.mark.parametrize("value", [None, 1, "x", [], [EVENT]])
def test_what_is_no_object_is_refused(value: Any) -> None:
    assert faults(value) == [("", "not-an-object")]


def test_no_fault_ever_holds_a_value() -> None:
    event = changed("/id", "canary canary")
    event["canary"] = "canary"
    event["data"] = dict.fromkeys(EVENT["data"], "canary") | {"canary": "canary"}
    found = VALIDATOR.validate(event)
    assert isinstance(found, Rejected)
    assert "canary" not in json.dumps([[f.pointer, f.code] for f in found.faults])
    assert "canary" not in repr(found)


def test_a_place_outside_the_areas_is_taken_and_so_is_none() -> None:
    for area in (None, {"code": None}, {"code": "E01000001", "edition": "lsoa11"}):
        assert isinstance(VALIDATOR.validate(changed("/data/area", area)), ValidIncident)


def test_a_dated_code_is_judged_by_the_day_of_the_event() -> None:
    schools = Party(
        "schools", "S", "schools", "relevant", ("education",), "sole", None, None, None, None,
        (Feed("/schools/s", ("schools.suspension.v1",), ("education",), "daily", 36),),
    )  # fmt: skip
    validator = Validator(
        Parties((schools,), (), None, None),
        SCHEMAS,
        LISTS,
        AREAS,
        lambda text: (),
    )
    event = {
        "specversion": "1.0", "id": "s-1", "source": "/schools/s",
        "type": "schools.suspension.v1", "time": "2026-04-30T18:00:00+01:00",
        "datacontenttype": "application/json",
        "data": {
            "category": "BW", "category_list": "schools_exclusion_reasons",
            "occurred_from": "2026-04-30T10:00:00+01:00",
            "occurred_to": "2026-04-30T10:00:00+01:00", "held_for": "education",
        },
    }  # fmt: skip
    found = validator.validate(event)
    assert isinstance(found, Rejected)
    assert found.faults[0].code is FaultCode.CODE_NOT_IN_FORCE
    event["time"] = "2026-05-01T18:00:00+01:00"
    event["data"]["occurred_from"] = event["data"]["occurred_to"] = "2026-05-01T00:00:00+01:00"
    assert isinstance(validator.validate(event), ValidIncident)


def test_every_fault_has_a_hint() -> None:
    assert set(HINTS) == set(FaultCode)
