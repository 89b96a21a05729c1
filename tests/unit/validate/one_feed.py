"""A crime as the police publish it, and a validator of their feed alone."""

import copy
from typing import Any

from tests.unit.conftest import shipped

from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.parties import Feed, Parties, Party
from cioghub.vocabulary.schema import EventSchema

LISTS, AREAS, SCHEMAS = shipped()
POLICE = Party(
    "police",
    "Police",
    "police",
    "specified",
    ("policing",),
    "sole",
    None,
    None,
    None,
    None,
    (Feed("/police/crime", ("police.crime.v1",), ("policing",), "daily", 36),),
)


def new_validator(schemas: dict[str, EventSchema] = SCHEMAS, lists: CodeLists = LISTS) -> Validator:
    return Validator(
        Parties((POLICE,), (), None, None),
        schemas,
        lists,
        AREAS,
        lambda text: ("planted",) if "IDENTIFIER" in text else (),
    )


EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "c-1",
    "source": "/police/crime",
    "type": "police.crime.v1",
    "time": "2025-06-02T08:00:00+01:00",
    "datacontenttype": "application/json",
    "data": {
        "category": "8N",
        "category_list": "police_offence_codes",
        "occurred_from": "2025-06-01T22:00:00+01:00",
        "occurred_to": "2025-06-01T23:00:00+01:00",
        "recorded_at": "2025-06-02T07:00:00+01:00",
        "area": {"code": "E01031005", "edition": "lsoa11", "confidence": "street"},
        "held_for": "policing",
        "severity": 3,
        "weapon": "kitchen-knife",
        "setting": "street",
        "qualifiers": ["633", "604"],
        "age_band": "16-17",
        "suspect_token": "a" * 32,
        "victim_token": None,
        "place_token": None,
    },
}


def changed(pointer: str, value: Any) -> dict[str, Any]:
    event = copy.deepcopy(EVENT)
    at: Any = event
    *parents, last = pointer.strip("/").split("/")
    for name in parents:
        at = at[name]
    at[last] = value
    return event


def without(pointer: str) -> dict[str, Any]:
    event = changed(pointer, None)
    at: Any = event
    *parents, last = pointer.strip("/").split("/")
    for name in parents:
        at = at[name]
    del at[last]
    return event
