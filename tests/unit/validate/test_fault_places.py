"""The places of faults, held against the faults that events of every schema have."""

from __future__ import annotations

from typing import Any

import pytest
from tests.workers import BUNDLE

from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.fault_places import fault_pointers
from cioghub.vocabulary.incidents import Rejected

POINTERS = fault_pointers(BUNDLE.schemas.values())
AREAS: tuple[Any, ...] = (7, {"code": 7, "edition": 7, "confidence": 7, "else": 7})
VALIDATOR = Validator(BUNDLE.parties, BUNDLE.schemas, BUNDLE.lists, BUNDLE.areas, lambda text: ())


@pytest.mark.parametrize("type_name", sorted(BUNDLE.schemas))
@pytest.mark.parametrize("area", AREAS)
def test_every_fault_of_an_event_stands_where_one_can(type_name: str, area: Any) -> None:
    names = [field.name for field in BUNDLE.schemas[type_name].fields]
    wrong: dict[str, Any] = dict.fromkeys(names, 7.5) | {"else": 7}
    if "area" in names:
        wrong |= {"area": area, "qualifiers": [f"no-{i}" for i in range(8)]}
    data: dict[str, Any]
    found = set()
    for data in (wrong, {}):
        event = {"type": type_name, "data": data, "else": 7}
        rejected = VALIDATOR.validate(event)
        assert isinstance(rejected, Rejected)
        found |= {fault.pointer for fault in rejected.faults}
    assert found <= POINTERS
    assert {f"/data/{name}" for name in names} & found


def test_nothing_that_a_sender_names_is_a_place() -> None:
    assert POINTERS.isdisjoint({"/data/ann_smith", "/else", "/data/area/else", "/data/area/code/0"})
