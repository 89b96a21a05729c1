"""What the code lists say of one event: hub categories, floors, lanes and flags.

These facts come before every treatment, and every question of the rules is answered from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import CONTEXT_ONLY, EXCLUDED, HUB_CATEGORIES, WALLED
from cioghub.vocabulary.codes import CodeLists, CodeRow
from cioghub.vocabulary.coding import FIXED, TypeCoding
from cioghub.vocabulary.levels import join
from cioghub.vocabulary.rules import CONDITION_FIELDS

WALL_FLOOR = "district"
"""Domestic abuse and sexual offences are never shown below it, to anybody."""

PUBLIC_AT = {"police_data_police_uk_categories": "lsoa"}
"""Lists whose every row is already published at this level: the wall does not bind `mixed` there.

Source: data.police.uk publishes each street-level record with its LSOA.
"""


PLACE_CONDITIONS = ("district", "csp", "ciog")
"""What a condition may ask of a place."""


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What one coded field adds: hub categories, its floor, and whether it binds the hub too.

    A code without a hub category may still have a floor, or hold what a wall is about.
    `generated` says that police activity alone makes such a code (possession found by search).
    """

    field: str
    categories: frozenset[str]
    floor: str
    wall: bool
    generated: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one field's codes say: their facts, and whether any is for the anonymised lane alone."""

    fields: tuple[FieldFacts, ...]
    anonymised: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an event before any treatment.

    `conditions` maps each condition field to the values that the event has, none meaning null.
    """

    conditions: dict[str, frozenset[str]]
    fields: tuple[FieldFacts, ...]
    anonymised: bool

    @property
    def hub_categories(self) -> frozenset[str]:
        """The union over all fields; `context-only` only when it stands alone."""
        return united(self.fields)

    def floor(self, inside_hub: bool, dropped: frozenset[str] = frozenset()) -> str:
        """Return the finest level that the floors allow, not counting the `dropped` fields."""
        level = "lsoa"
        for facts in self.fields:
            if facts.field not in dropped and (facts.wall or not inside_hub):
                level = join(level, facts.floor)
        return level


def united(fields: tuple[FieldFacts, ...]) -> frozenset[str]:
    """Return the hub categories of these fields: `excluded` wins, `context-only` yields."""
    found = frozenset().union(*(facts.categories for facts in fields))
    if EXCLUDED in found:
        return frozenset({EXCLUDED})
    counted = found - {CONTEXT_ONLY}
    return counted or found


def ordered(categories: frozenset[str]) -> list[str]:
    """Return hub categories in the order that the vocabulary lists them."""
    return [category for category in HUB_CATEGORIES if category in categories]


def facts_of(coded: tuple[Any, ...], coding: TypeCoding, lists: CodeLists, areas: Areas) -> Facts:
    """Return the facts of one tuple of coded values."""
    values = dict(zip((*FIXED, *coding.fields), coded, strict=True))
    on: date = values["valid_on"]
    said = [
        said_of(field, list_name, value, on, lists)
        for field, list_name, value in coded_fields(coded, coding)
    ]
    fields = tuple(facts for one in said for facts in one.fields)
    anonymised = any(one.anonymised for one in said)
    return Facts(_conditions(values, fields, areas), fields, anonymised)


def coded_fields(coded: tuple[Any, ...], coding: TypeCoding) -> list[tuple[str, str, Any]]:
    """Return (field, list, value) of each field that has a value and whose codes are of a list."""
    named = [("category", coded[_CATEGORY_LIST], coded[_CATEGORY])]
    named += [
        (field, list_name, value)
        for field, list_name, value in zip(
            coding.fields, coding.lists, coded[len(FIXED) :], strict=True
        )
        if list_name is not None and value is not None
    ]
    return named


def said_of(field: str, list_name: str, value: Any, on: date, lists: CodeLists) -> Said:
    """Return what the code of one field says on a day, or each of its codes."""
    fields: list[FieldFacts] = []
    anonymised = False
    code_list = lists.get(list_name)
    for code in value if isinstance(value, tuple) else (value,):
        row = code_list.valid(str(code), on) if code_list else None
        # A floor binds, and so do flags, even where the crosswalk names no category.
        if row is not None and (row.hub_category or row.floor or row.flags):
            fields.append(_field_facts(field, list_name, row))
        if row is not None and row.lane == "anonymised":
            anonymised = True
    return Said(tuple(fields), anonymised)


_CATEGORY_LIST, _CATEGORY = FIXED.index("category_list"), FIXED.index("category")


def _field_facts(field: str, list_name: str, row: CodeRow) -> FieldFacts:
    wall = row.hub_category in WALLED or ("mixed" in row.flags and list_name not in PUBLIC_AT)
    floor = row.floor or "lsoa"
    return FieldFacts(
        field=field,
        categories=frozenset({row.hub_category}) if row.hub_category else frozenset(),
        floor=join(floor, WALL_FLOOR) if wall else floor,
        wall=wall,
        generated="police-generated" in row.flags,
    )


def _conditions(
    values: dict[str, Any], fields: tuple[FieldFacts, ...], areas: Areas
) -> dict[str, frozenset[str]]:
    place = areas.place(*values["area"]) if values["area"] else None
    seen = {
        **values,
        "agency_category": f"{values['category_list']}:{values['category']}",
        # A parent that is not known is null: the next coarser one would be a code of another list.
        **{level: place.parents.get(level) if place else None for level in PLACE_CONDITIONS},
    }
    found: dict[str, frozenset[str]] = {
        field: seen_of(field, seen.get(field)) for field in CONDITION_FIELDS
    }
    found["hub_category"] = united(fields)
    return found


def seen_of(field: str, value: Any) -> frozenset[str]:
    """Return what a condition on a field sees of its value, none meaning null."""
    if value is None:
        return frozenset()
    return frozenset(value) if field == "qualifiers" else frozenset({str(value)})
