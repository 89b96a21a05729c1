"""What the short way through validation takes for clean, and what it leaves to the long way."""

from dataclasses import replace
from datetime import date
from typing import Any

from cioghub.steps.validate.clean import CleanAreas, CleanRecords, Codes
from cioghub.vocabulary.coding import type_codings
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import schemas_folder

CRIME = "police.crime.v1"
NOWHERE: dict[str, Any] = {"area": None}


def test_a_record_may_name_no_place_only_where_its_own_schema_says_so() -> None:
    schema = read_schemas(schemas_folder())[CRIME]
    coding = type_codings([schema])[CRIME]
    areas: CleanAreas = {}
    free = CleanRecords("s", schema, coding, areas, Codes())
    codes = {"held_for": "h", "category_list": "l", "category": "c"}
    key = (("any",), ("others",))
    free.remember(key, free.area_key(NOWHERE), codes, ("s", "h", "l", "c", None, None, DAY))
    assert areas == {(): (None, None)}
    fields = tuple(
        replace(field, nullable=False) if field.kind == "area" else field for field in schema.fields
    )
    bound = CleanRecords("s", replace(schema, fields=fields), coding, areas, Codes())
    assert free.area_key(NOWHERE) == ()
    assert bound.area_key(NOWHERE) is None
    assert bound.coded(key, bound.area_key(NOWHERE), DAY) is None


def test_what_is_left_out_is_as_if_it_were_null() -> None:
    schema = read_schemas(schemas_folder())[CRIME]
    clean = CleanRecords("s", schema, type_codings([schema])[CRIME], {}, Codes())
    needed = {field.name for field in schema.fields if not field.nullable}
    whole = {**dict.fromkeys(field.name for field in schema.fields), **dict.fromkeys(needed, "x")}
    short = {name: value for name, value in whole.items() if value is not None}
    assert short.keys() == needed < whole.keys()
    assert clean.filled(short) == whole
    assert clean.filled({"area": None}).keys() & needed == set()


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


DAY = date(2026, 3, 1)
