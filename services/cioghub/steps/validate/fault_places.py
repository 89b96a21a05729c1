"""Where in an event a fault can be: what a word from outside about one is held against."""

from __future__ import annotations

from collections.abc import Iterable

from cioghub.steps.validate.accept import ATTRIBUTES
from cioghub.steps.validate.forms import MAX_LIST
from cioghub.steps.validate.place import AREA_KEYS
from cioghub.vocabulary.schema import EventSchema


def fault_pointers(schemas: Iterable[EventSchema]) -> frozenset[str]:
    """Return every pointer that a fault of an event of these schemas can have."""
    found = {"", "/*", "/data/*", *(f"/{name}" for name in ATTRIBUTES)}
    for field in (field for schema in schemas for field in schema.fields):
        pointer = f"/data/{field.name}"
        found.add(pointer)
        if field.kind == "area":
            found.update(f"{pointer}/{key}" for key in (*AREA_KEYS, "*"))
        elif field.kind == "strings":
            found.update(f"{pointer}/{i}" for i in range(MAX_LIST))
    return frozenset(found)
