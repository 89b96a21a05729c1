"""Every event that could be accepted, as the classes that rules can tell apart.

Conditions only compare values with listed values, so all unlisted values of a field are one class,
and an event is one class of each field. What a class means (its condition values, hub categories
and floors) is asked of `coded_facts.facts_of` itself, so that a check cannot disagree with a
decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cioghub.steps.share.coded_facts import FieldFacts, facts_of
from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.categories import EXCLUDED
from cioghub.vocabulary.coding import FIXED, TypeCoding, type_codings

Lists = Literal["own", "possible", "any"]

_OTHER = "\0other"
_PLACE_FIELDS = ("district", "csp", "ciog")


@dataclass(frozen=True, slots=True)
class Choice:
    """One class of values of one field: its condition values, what it says, and one example."""

    values: tuple[tuple[str, frozenset[str]], ...]
    facts: tuple[FieldFacts, ...]
    example: tuple[str, str] | None

    def of(self, field: str) -> frozenset[str]:
        """Return the values that a condition on `field` sees, none meaning null."""
        return next((found for name, found in self.values if name == field), frozenset())


@dataclass(frozen=True, slots=True)
class Dimension:
    """One field of an event with its classes; `many` when it holds several codes at once."""

    conditions: tuple[str, ...]
    choices: tuple[Choice, ...]
    many: bool


class Space:
    """The events that a bundle's lists, schemas and areas allow, by type and edition of codes."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._codings = type_codings(bundle.schemas.values())
        named: dict[str, set[str]] = {}
        for agreement in bundle.agreements:
            for clause in agreement.clauses:
                named.setdefault(clause.field, set()).update(clause.values)
        self._named = {field: frozenset(values) for field, values in named.items()}
        boundaries = sorted(bundle.lists.boundaries())
        self._days = (date.min, *(date.fromordinal(day) for day in boundaries))
        self._made: dict[tuple[str, Lists], tuple[tuple[date, tuple[Dimension, ...]], ...]] = {}
        self._categories: dict[tuple[str, date, Lists], tuple[Choice, ...]] = {}
        self._places: tuple[Choice, ...] | None = None

    def dimensions(
        self, type_name: str, held_for: Iterable[str], until: date, lists: Lists = "any"
    ) -> list[tuple[Dimension, ...]]:
        """Return the dimensions of a type, once for each distinct edition of its codes.

        Editions that begin after `until` are left out: no event of then is in question. `lists`
        says of which lists a category is: "own" of the agency's kind (as `police_offence_codes`)
        or of one that a condition names, which is what an agency means to send; "possible" of one
        of no agency too, as a partnership may add; "any" of every list there is.
        """
        key = (type_name, lists)
        if key not in self._made:
            self._made[key] = self._make(type_name, lists)
        functions = Dimension(
            ("held_for",),
            tuple(
                Choice((("held_for", frozenset({one})),), (), ("held_for", one))
                for one in sorted(held_for)
            ),
            many=False,
        )
        return [(functions, *made) for day, made in self._made[key] if day <= until]

    def _make(self, type_name: str, lists: Lists) -> tuple[tuple[date, tuple[Dimension, ...]], ...]:
        found: list[tuple[date, tuple[Dimension, ...]]] = []
        for day in self._days:
            made = self._on(self._codings[type_name], day, lists)
            if all(made != former for _, former in found):
                found.append((day, made))
        return tuple(found)

    def _on(self, coding: TypeCoding, day: date, lists: Lists) -> tuple[Dimension, ...]:
        schema = self._bundle.schemas[coding.type_name]
        fields = {field.name: field for field in schema.fields}
        dimensions = [
            Dimension(("agency_category",), self._category_choices(coding, day, lists), many=False),
            Dimension(_PLACE_FIELDS, self._place_choices(coding), many=False),
            Dimension(("confidence",), self._confidence_choices(coding), many=False),
        ]
        for field, list_name in zip(coding.fields, coding.lists, strict=True):
            many = fields[field].kind == "strings"
            # An empty list stands for the null of a field of several codes.
            nullable = fields[field].nullable and not many
            choices = [self._choice(coding, day, None, (field,))] if nullable else []
            for code in self._codes(field, list_name, day):
                value = (code,) if many else code
                choices.append(self._choice(coding, day, (field, code), (field,), **{field: value}))
            dimensions.append(Dimension((field,), self._classes(choices), many))
        return tuple(dimensions)

    def _codes(self, field: str, list_name: str | None, day: date) -> list[str]:
        code_list = self._bundle.lists.get(list_name) if list_name else None
        if code_list is not None:
            return [row.code for row in code_list.rows() if row.in_force(day)]
        return sorted(self._named.get(field, frozenset()))

    def _category_lists(self, coding: TypeCoding, lists: Lists) -> list[str]:
        """Return the lists of categories, the agency's own first: an example is one of theirs."""
        names = self._bundle.lists.names()
        named = {value.partition(":")[0] for value in self._named.get("agency_category", ())}
        theirs = [name for name in names if name.startswith(f"{coding.kind}_")]
        others = [name for name in names if name not in theirs]
        if lists != "any" and theirs:
            free = lists == "possible"
            meant = [name for name in others if name in named or (free and self._is_nobodys(name))]
            return [*theirs, *meant]
        return [*theirs, *others]

    def _is_nobodys(self, name: str) -> bool:
        """Say whether a list is neither of an agency's kind nor of another field of an event."""
        kinds = {coding.kind for coding in self._codings.values()}
        fields = {one for coding in self._codings.values() for one in coding.lists}
        return name.partition("_")[0] not in kinds and name not in fields

    def _category_choices(self, coding: TypeCoding, day: date, lists: Lists) -> tuple[Choice, ...]:
        key = (coding.kind, day, lists)
        if key not in self._categories:
            choices = []
            for name in self._category_lists(coding, lists):
                code_list = self._bundle.lists.get(name)
                for row in code_list.rows() if code_list else ():
                    if row.in_force(day):
                        example = ("category", f"{name}:{row.code}")
                        choices.append(
                            self._choice(
                                coding,
                                day,
                                example,
                                ("agency_category",),
                                category_list=name,
                                category=row.code,
                            )
                        )
            self._categories[key] = self._classes(choices)
        return self._categories[key]

    def _confidence_choices(self, coding: TypeCoding) -> tuple[Choice, ...]:
        scale = self._bundle.lists.get("location_confidence")
        codes = [None, *dict.fromkeys(row.code for row in scale.rows())] if scale else [None]
        return self._classes(
            [
                self._choice(
                    coding,
                    date.min,
                    ("confidence", code) if code else None,
                    ("confidence",),
                    confidence=code,
                )
                for code in codes
            ]
        )

    def _place_choices(self, coding: TypeCoding) -> tuple[Choice, ...]:
        if self._places is None:
            areas = self._bundle.areas
            choices = [self._choice(coding, date.min, None, _PLACE_FIELDS)]
            for edition in sorted(areas.editions()):
                for place in areas.places(edition):
                    example = ("area", f"{edition}:{place.code}")
                    choices.append(
                        self._choice(
                            coding,
                            date.min,
                            example,
                            _PLACE_FIELDS,
                            area=(edition, place.code),
                        )
                    )
            self._places = self._classes(choices)
        return self._places

    def _choice(
        self,
        coding: TypeCoding,
        day: date,
        example: tuple[str, str] | None,
        conditions: tuple[str, ...],
        **given: object,
    ) -> Choice:
        """Return the class of an event of which only the `given` values are not null."""
        values = {"category_list": "", "category": "", "valid_on": day, **given}
        coded = tuple(values.get(name) for name in (*FIXED, *coding.fields))
        facts = facts_of(coded, coding, self._bundle.lists, self._bundle.areas)
        seen = []
        for field in conditions:
            if field in facts.conditions:
                named = self._named.get(field, frozenset())
                found = facts.conditions[field]
                seen.append((field, frozenset(v if v in named else _OTHER for v in found)))
        return Choice(tuple(seen), facts.fields, example)

    def _classes(self, choices: list[Choice]) -> tuple[Choice, ...]:
        """Return one choice of each class; what makes an event excluded reaches nobody."""
        found: dict[object, Choice] = {}
        for choice in choices:
            if any(EXCLUDED in facts.categories for facts in choice.facts):
                continue
            key = (
                choice.values,
                tuple((f.field, f.categories, f.floor, f.wall) for f in choice.facts),
            )
            found.setdefault(key, choice)
        return tuple(found.values())
