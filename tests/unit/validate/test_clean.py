"""What the short way through validation takes for clean, and what it leaves to the long way."""

from dataclasses import replace
from typing import Any

import pytest

import cioghub.steps.validate.clean as clean_module
from cioghub.steps.validate.clean import CleanRecords, Codes
from cioghub.vocabulary.coding import type_codings
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import schemas_folder

CRIME = "police.crime.v1"
NOWHERE: dict[str, Any] = {"area": None}
SCHEMA = read_schemas(schemas_folder())[CRIME]
RECORD: dict[str, Any] = {
    **dict.fromkeys(field.name for field in SCHEMA.fields),
    "category_list": "l",
    "category": "c",
    "held_for": "policing",
    "occurred_from": "2026-03-01T10:00:00Z",
    "occurred_to": "2026-03-01T11:00:00Z",
    "recorded_at": "2026-03-01T12:00:00Z",
    "severity": 1,
}


def records(area: bool = True) -> CleanRecords:
    """Return what is known clean of crimes, nothing yet; `area` says whether it may be null."""
    fields = tuple(
        replace(field, nullable=area) if field.kind == "area" else field for field in SCHEMA.fields
    )
    schema = replace(SCHEMA, fields=fields)
    return CleanRecords("s", schema, type_codings([schema])[CRIME], {}, Codes())


def test_a_record_may_name_no_place_only_where_its_own_schema_says_so() -> None:
    free, bound = records(), records(area=False)
    assert free.area_key(NOWHERE) == ()
    assert free.remember_place(()) == free.places[()] == (None, None)
    assert bound.area_key(NOWHERE) is None


def test_events_that_differ_in_place_times_and_tokens_alone_are_one_record() -> None:
    clean = records()
    first = clean.remember(clean.key(RECORD, 0) or (), RECORD)
    other = {
        **RECORD,
        "area": {"code": "E01031213", "edition": "lsoa11", "confidence": "street"},
        "occurred_from": "2026-03-02T10:00:00Z",
        "suspect_token": "a" * 40,
    }
    assert clean.records.get(clean.key(other, 0) or ()) is first
    assert clean.remember(clean.key(other, 0) or (), other) is first
    for field, value in {"weapon": "knife", "severity": 2, "qualifiers": ["b", "a"]}.items():
        assert clean.records.get(clean.key({**other, field: value}, 0) or ()) is None
    assert clean.records.get(clean.key(other, 1) or ()) is None


def test_what_is_left_out_is_as_if_it_were_null() -> None:
    clean = records()
    short = {name: value for name, value in RECORD.items() if value is not None}
    assert len(short) < len(RECORD)
    assert clean.filled(short) == RECORD
    assert len(clean.filled({"area": None})) < len(RECORD)


def test_records_are_forgotten_before_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_module, "MOST", 3)
    clean = records()
    many = [{**RECORD, "category": str(number)} for number in range(7)]
    kept = [clean.remember(clean.key(one, 0) or (), one) for one in many]
    assert len({record.values for record in kept}) == 7
    assert [clean.records.get(clean.key(one, 0) or ()) for one in many] == [None] * 6 + kept[6:]


def test_a_code_is_held_once_wherever_it_stands() -> None:
    codes = Codes()
    first = codes.once(
        ("".join(["bl", "ade"]), None, 1, ("".join(["bl", "ade"]), "".join(["gu", "n"])))
    )
    second = codes.once(("blade", True, ("gun",)))
    assert first == ("blade", None, 1, ("blade", "gun"))
    assert second == ("blade", True, ("gun",))
    assert second[1] is True
    assert first[0] is first[3][0] is second[0]
    assert first[3][1] is second[2][0]
