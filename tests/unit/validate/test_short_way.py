"""The short way through validation gives the verdicts of the long way, whatever came before."""

import csv
import itertools
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.validate.one_feed import EVENT, SCHEMAS, new_validator

from cioghub.steps.validate import clean, forms
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.clean import looks_at_all
from cioghub.vocabulary.incidents import Rejected, ValidIncident
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.schema import EventField
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.shipped import deploy_folder

OTHER: dict[str, Any] = {
    **dict.fromkeys(EVENT["data"]),
    "category": "304",
    "category_list": "police_nicl_incident_categories",
    "occurred_from": EVENT["data"]["occurred_from"],
    "occurred_to": EVENT["data"]["occurred_to"],
    "area": {"code": "E01031006", "edition": "lsoa11", "confidence": "area"},
    "held_for": "policing",
    "severity": 1,
    "setting": "dwelling",
}
STRANGE: list[tuple[str, Any]] = [
    ("category", "999"),
    ("severity", True),
    ("severity", 2),
    ("weapon", {}),
    ("qualifiers", ["633"]),
    ("qualifiers", [[]]),
    ("area", {"code": "E01031007", "edition": "lsoa11", "confidence": "street"}),
    ("area", {"code": "E01031007", "edition": "lsoa11", "confidence": "sure"}),
    ("area", {"code": "IDENTIFIER", "edition": "lsoa11", "confidence": "street"}),
    ("area", {"code": "E01031007", "edition": "lsoa11"}),
    ("area", {"code": [], "edition": {}, "confidence": 1}),
    ("occurred_from", "2019-06-01T22:00:00+01:00"),
]


def test_what_was_taken_before_changes_no_verdict() -> None:
    """A record whose values were all found clean apart, or all but one, is judged as if new."""

    def verdict(validator: Validator, data: dict[str, Any]) -> ValidIncident | Rejected:
        return validator.validate({**EVENT, "data": data})

    experienced = new_validator()
    for data in (EVENT["data"], OTHER):
        assert isinstance(verdict(experienced, data), ValidIncident)
    taken = 0
    for first, second in ((EVENT["data"], OTHER), (OTHER, EVENT["data"])):
        for name, of_other in second.items():
            for changed_name, value in [(name, of_other), *STRANGE]:
                mixed = {**first, name: of_other, changed_name: value}
                found = verdict(experienced, mixed)
                assert found == new_validator().long_way({**EVENT, "data": mixed})
                taken += isinstance(found, ValidIncident)
    assert taken > 100


def test_what_is_left_out_is_judged_alike_the_first_time_and_later() -> None:
    """Nulls may be left out; whatever else is missing, or stands in its stead, has its fault."""
    experienced, taken = new_validator(), 0
    assert isinstance(experienced.validate(EVENT), ValidIncident)
    for name in EVENT["data"]:
        without = {key: value for key, value in EVENT["data"].items() if key != name}
        for more in ({}, {"unknown": None}, {"unknown": "x"}):
            event = {**EVENT, "data": {**without, **more}}
            found = experienced.validate(event)
            assert found == new_validator().long_way(event)
            taken += isinstance(found, ValidIncident)
    assert 3 < taken < len(EVENT["data"])


@pytest.mark.parametrize(
    ("code_list", "field", "code", "other"),
    [
        ("police_offence_codes", "category", "8N", "5D"),
        ("weapons", "weapon", "kitchen-knife", "none"),
    ],
)
def test_a_dated_code_is_judged_by_the_day_whatever_was_taken_before(
    tmp_path: Path, code_list: str, field: str, code: str, other: str
) -> None:
    lists = shutil.copytree(deploy_folder() / "code-lists", tmp_path / "code-lists")
    with (lists / f"{code_list}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["valid_to"] = "2025-05-31" if row["code"] == code else row["valid_to"]
    with (lists / f"{code_list}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    days = {"2025-05-20": set(), "2025-06-01": {FaultCode.CODE_NOT_IN_FORCE}}
    for order in itertools.permutations(days.items()):
        experienced = new_validator(lists=read_code_lists(lists))
        for day, faults in (*order, *order):
            times = dict.fromkeys(("occurred_from", "occurred_to"), f"{day}T12:00:00+01:00")
            for value, expected in ((other, set()), (code, faults)):
                data = {**EVENT["data"], **times, field: value}
                found = experienced.validate({**EVENT, "data": data})
                assert {fault.code for fault in getattr(found, "faults", ())} == expected


CRIME = SCHEMAS["police.crime.v1"]
TOKEN = EVENT["data"]["suspect_token"]
CODES = ("weapon", "severity", "setting", "qualifiers", "age_band")


def never_null(name: str) -> tuple[EventField, ...]:
    """Return the fields of a crime, of which this one may not be null."""
    return tuple(replace(f, nullable=False) if f.name == name else f for f in CRIME.fields)


def lacking(*names: str) -> tuple[EventField, ...]:
    """Return the fields of a crime but these."""
    return tuple(field for field in CRIME.fields if field.name not in names)


CHARGED_AT = EventField("charged_at", "string", True, "time", None, "When someone was charged.")
HOME_AREA = EventField("home_area", "area", True, "place", None, "Where the victim lives.")
NOWHERE = {"code": "E01000001", "edition": "lsoa11", "confidence": "area"}
OTHER_TYPES: dict[str, tuple[tuple[EventField, ...], str, Any, Any]] = {
    "a time of its own": ((*CRIME.fields, CHARGED_AT), "charged_at", EVENT["time"], "Tuesday"),
    "a second place": ((*CRIME.fields, HOME_AREA), "home_area", NOWHERE, "Jo Bloggs, CV34 4RL"),
    "a recording that is always known": (
        never_null("recorded_at"),
        "recorded_at",
        EVENT["time"],
        None,
    ),
    "a subject that is always known": (never_null("suspect_token"), "suspect_token", TOKEN, None),
    "one more code": (lacking(*CODES[1:]), "weapon", None, list("kitchen-knife")),
    "no more codes": (lacking(*CODES), "held_for", "policing", "health"),
}
"""Fields of types that are not shipped, and a field of each with a good value and a bad one."""


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_a_type_unlike_the_others_is_judged_alike_the_first_time_and_later(name: str) -> None:
    fields, field, good, bad = OTHER_TYPES[name]
    schemas = {**SCHEMAS, CRIME.type_name: replace(CRIME, fields=fields)}
    known = {one.name for one in fields}
    data = {key: value for key, value in EVENT["data"].items() if key in known}
    experienced = new_validator(schemas)
    for value, faults in (
        (good, set()),
        (bad, {f"/data/{field}"}),
        (EVENT["data"].get(field), set()),
    ):
        event = {**EVENT, "data": {**data, field: value}}
        found = experienced.validate(event)
        assert found == new_validator(schemas).long_way(event)
        assert {one.pointer for one in getattr(found, "faults", ())} == faults


def test_every_type_of_incident_that_ships_may_take_the_short_way() -> None:
    assert all(looks_at_all(schema) for schema in SCHEMAS.values() if not schema.is_control)


FLOOD = [
    {
        **EVENT["data"],
        "weapon": weapon,
        "severity": severity,
        "setting": setting,
        "category": code,
        "area": {**EVENT["data"]["area"], "confidence": confidence},
    }
    for confidence in ("exact-building", "street", "area", "site-only")
    for code in ("8N", "5D", "34A")
    for weapon in (None, "kitchen-knife")
    for severity in (None, 1, 2, 3)
    for setting in (None, "street", "dwelling")
]


def test_a_flood_of_records_fills_no_memory_and_changes_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clean, "MOST", 2)
    experienced = new_validator()
    for data in (*FLOOD, *FLOOD):
        event = {**EVENT, "data": data}
        assert experienced.validate(event) == new_validator().long_way(event)
        (kept,) = experienced._clean.values()
        assert len(kept._heads) + len(kept._tails) <= 4
        assert len(kept._areas) <= 3


def test_times_that_were_read_are_forgotten_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "_MOST_PARTS", 3)
    for name in ("_hours", "_minutes", "_rests"):
        monkeypatch.setattr(forms, name, {})
    for hour, minute, second in itertools.product(range(6), repeat=3):
        written = f"2025-06-02T{hour:02}:{minute:02}:{second:02}+01:00"
        assert forms.instant(written) == int(datetime.fromisoformat(written).timestamp())
    assert max(map(len, (forms._hours, forms._minutes, forms._rests))) <= 3
