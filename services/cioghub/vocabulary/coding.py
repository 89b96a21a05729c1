"""Which values of an event the rules look at, and in which order they stand.

`validate` collects them once, `share` decides on nothing else: that is what makes it possible to
decide by table, and to answer a DPO's question by enumeration instead of by sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cioghub.vocabulary.schema import EventSchema

FIXED = ("source", "held_for", "category_list", "category", "area", "confidence", "valid_on")
"""The first values of every incident: feed, function, list, code, place, confidence, day.

`area` is the pair (edition, code) or None; `valid_on` is the local day of `occurred_from`, which
says which edition of a dated code applies.
"""


@dataclass(frozen=True, slots=True)
class TypeCoding:
    """The coded values of one event type: `FIXED`, then the fields named in `fields`."""

    type_name: str
    kind: str
    fields: tuple[str, ...]
    lists: tuple[str | None, ...]

    def position(self, field: str) -> int:
        """Return where the value of `field` stands in `ValidIncident.coded`."""
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
