"""Avro's single-object encoding, by the examples of the specification and for hostile bytes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from fastavro.schema import fingerprint
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.web.agencies.records import concern, fire

from cioghub.errors import WrongUse
from cioghub.vocabulary.reasons import UNREADABLE_HINTS, UnreadableReason
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import (
    MARK,
    Record,
    SingleObjects,
    Unreadable,
    fingerprint_of,
    read_single_objects,
)

OBJECTS = read_single_objects(schemas_folder())
GOOD = OBJECTS.encode("fire.incident.v1", fire()["data"])
TYPES = ("fire.incident.v1", "police.crime.v1", "schools.concern.v1", "health.assault.v1")


def avsc(kind: str, event: str) -> dict[str, Any]:
    path = schemas_folder() / kind / f"{event}.avsc"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def value_of(kind: Any) -> st.SearchStrategy[Any]:
    """Draw a value of an Avro type."""
    if isinstance(kind, list):
        return st.one_of([value_of(branch) for branch in kind])
    if isinstance(kind, dict):
        if kind["type"] == "array":
            return st.lists(value_of(kind["items"]), max_size=4)
        if kind["type"] == "record":
            return st.fixed_dictionaries(
                {one["name"]: value_of(one["type"]) for one in kind["fields"]}
            )
        return value_of(kind["type"])
    return {
        "null": st.none(),
        "string": st.text(max_size=20),
        "int": st.integers(-(2**31), 2**31 - 1),
        "long": st.integers(-(2**63), 2**63 - 1),
    }[kind]


def test_fingerprints_are_those_of_the_specification() -> None:
    # From the test data that the Avro project ships with its specification.
    for schema, expected in (('"null"', 7195948357588979594), ('"int"', 8247732601305521295)):
        assert fingerprint(schema, "CRC-64-AVRO") == expected.to_bytes(8, "little").hex()


def test_a_value_begins_with_the_mark_and_the_fingerprint() -> None:
    assert GOOD[:2] == b"\xc3\x01" == MARK
    assert GOOD[2:10] == fingerprint_of(avsc("fire", "incident.v1"))


def test_what_is_left_out_is_null_when_it_comes_back() -> None:
    found = OBJECTS.decode(GOOD)
    assert isinstance(found, Record)
    assert found.type_name == "fire.incident.v1"
    assert {name: value for name, value in found.data.items() if value is not None} == fire()[
        "data"
    ]
    assert "primary-fire" not in repr(found)


@pytest.mark.parametrize("type_name", TYPES)
@given(data=st.data())
def test_every_record_comes_back_as_it_was(type_name: str, data: st.DataObject) -> None:
    kind, _, event = type_name.partition(".")
    record = data.draw(value_of(avsc(kind, event)))
    assert OBJECTS.decode(OBJECTS.encode(type_name, record)) == Record(type_name, record)


@given(st.integers(0, len(GOOD) - 1))
def test_every_beginning_of_a_value_is_told_from_the_whole(length: int) -> None:
    found = OBJECTS.decode(GOOD[:length])
    short = UnreadableReason.NOT_SINGLE_OBJECT if length < len(MARK) else UnreadableReason.TRUNCATED
    assert found == Unreadable(short)


@given(st.binary(max_size=200))
def test_hostile_bytes_are_no_more_than_unreadable(tail: bytes) -> None:
    for hostile in (tail, MARK + tail, GOOD[:10] + tail):
        assert isinstance(OBJECTS.decode(hostile), Record | Unreadable)


@given(st.integers(10, len(GOOD) - 1), st.integers(1, 255))
def test_a_byte_changed_is_no_more_than_unreadable(at: int, by: int) -> None:
    changed = bytearray(GOOD)
    changed[at] ^= by
    assert isinstance(OBJECTS.decode(bytes(changed)), Record | Unreadable)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (GOOD[:10].replace(GOOD[2:10], bytes(8)) + GOOD[10:], UnreadableReason.UNKNOWN_SCHEMA),
        (b"\x00\x00\x00\x00\x01" + GOOD[10:], UnreadableReason.NOT_SINGLE_OBJECT),
        (GOOD + b"\x00", UnreadableReason.TRAILING_BYTES),
        (MARK + bytes(70_000), UnreadableReason.TOO_LARGE),
        (GOOD[:10] + b"\x02\xff" + GOOD[10:], UnreadableReason.NOT_OF_SCHEMA),
    ],
    ids=lambda value: value if isinstance(value, str) else "value",
)
def test_each_fault_has_its_reason(value: bytes, reason: UnreadableReason) -> None:
    assert OBJECTS.decode(value) == Unreadable(reason)


def test_every_reason_says_what_to_do() -> None:
    assert set(UNREADABLE_HINTS) == set(UnreadableReason)


def test_two_versions_flow_side_by_side() -> None:
    first = avsc("fire", "incident.v1")
    second = copy.deepcopy(first) | {"version": "2"}
    second["fields"].append(
        {
            "name": "appliances",
            "type": ["null", "int"],
            "default": None,
            "doc": "How many went.",
            "privacy_class": "process",
        }
    )
    both = SingleObjects([first, second])
    old = both.encode("fire.incident.v1", fire()["data"])
    new = both.encode("fire.incident.v2", {**fire()["data"], "appliances": 3})
    assert old == GOOD
    found = [both.decode(value) for value in (new, old)]
    assert [one.type_name for one in found if isinstance(one, Record)] == [
        "fire.incident.v2",
        "fire.incident.v1",
    ]
    # A hub that does not know the second version yet says so, and reads on.
    assert OBJECTS.decode(new) == Unreadable(UnreadableReason.UNKNOWN_SCHEMA)


@pytest.mark.parametrize(
    ("type_name", "data"),
    [
        ("fire.incident.v9", {}),
        ("fire.incident.v1", {**fire()["data"], "name": "Somebody"}),
        ("fire.incident.v1", {**fire()["data"], "category": None}),
        ("schools.concern.v1", {**concern()["data"], "occurred_from": 3}),
    ],
)
def test_what_is_not_of_its_schema_is_not_encoded(type_name: str, data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=type_name) as told:
        OBJECTS.encode(type_name, data)
    assert "Somebody" not in str(told.value)


def test_one_fingerprint_for_two_types_is_refused() -> None:
    one = avsc("fire", "incident.v1")
    with pytest.raises(ValueError, match="fingerprint"):
        SingleObjects([one, one | {"version": "2"}])


@pytest.mark.parametrize("text", ["{", '{"type": "record"}'])
def test_a_file_that_is_no_schema_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "fire").mkdir()
    (tmp_path / "fire" / "incident.v1.avsc").write_text(text)
    with pytest.raises(WrongUse, match="schema"):
        read_single_objects(tmp_path)
