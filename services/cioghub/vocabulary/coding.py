"""Which values of an event the rules look at, and in which order they stand.

`validate` collects them once, `share` decides on nothing else: that is what makes it possible to
decide by table, and to answer a DPO's question by enumeration instead of by sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from cioghub.vocabulary.schema import EventField, EventSchema

_OF_EACH = frozenset({"person-token", "place-token", "time"})
"""Privacy classes of what each event has for itself."""

FIXED = ("source", "held_for", "category_list", "category", "area", "confidence", "valid_on")
"""The first values of every incident: feed, function, list, code, place, confidence, day.

`area` is the pair (edition, code) or None; `valid_on` is the local day of `occurred_from`, which
says which edition of a dated code applies.
"""


@dataclass(frozen=True, slots=True)
class CodedRecord:
    """What the events of one feed and type that differ in place, times and tokens alone are all
    coded with.

    Validation holds one of it for all of them, whose fields are the same where `in_record` says so.
    `values` are feed, function, list and code, then the fields of the type's coding. `worked_out`
    is room for what later stages make of these alone, each under a key that none but itself can
    have: it is found there without a look at twenty texts, and is forgotten with the record.
    """

    values: tuple[Any, ...]
    worked_out: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)


class CodedPlace(NamedTuple):
    """The area, as (edition, code) or None, and the confidence that an event is coded with."""

    area: tuple[str, str] | None
    confidence: str | None


class Coded(NamedTuple):
    """All that rules look at in an event, beside its publisher, its type and its acceptance."""

    record: CodedRecord
    place: CodedPlace
    valid_on: date

    def values(self) -> tuple[Any, ...]:
        """Return the coded values in the order of `FIXED`, then those of the type's coding."""
        of_record = self.record.values
        return (*of_record[:_AREA], *self.place, self.valid_on, *of_record[_AREA:])


_AREA = FIXED.index("area")


def in_record(one: EventField) -> bool:
    """Say whether all events of one `CodedRecord` have the same value in this field."""
    return one.kind != "area" and one.privacy_class not in _OF_EACH


@dataclass(frozen=True, slots=True)
class TypeCoding:
    """The coded values of one event type: `FIXED`, then the fields named in `fields`."""

    type_name: str
    kind: str
    fields: tuple[str, ...]
    lists: tuple[str | None, ...]

    def position(self, field: str) -> int:
        """Return where the value of `field` stands in `Coded.values`."""
        return len(FIXED) + self.fields.index(field)


def type_codings(schemas: Iterable[EventSchema]) -> dict[str, TypeCoding]:
    """Return the coding of each incident type: severity, age band and every field with a list."""
    codings = {}
    for schema in schemas:
        coded = [
            field
            for field in schema.fields
            if field.name in ("severity", "age_band")
            or (field.code_list and field.name not in ("category", "held_for", "area"))
        ]
        codings[schema.type_name] = TypeCoding(
            type_name=schema.type_name,
            kind=schema.kind,
            fields=tuple(field.name for field in coded),
            lists=tuple(field.code_list for field in coded),
        )
    return codings
