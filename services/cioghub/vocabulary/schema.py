"""Event schemas as values: the fields of a record, what each means and how private it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PRIVACY_CLASSES = (
    "time",
    "place",
    "what",
    "attribute",
    "health",
    "person-token",
    "place-token",
    "process",
)

CONTROL_KINDS = frozenset({"feed", "event"})


@dataclass(frozen=True, slots=True)
class EventField:
    """One field: `kind` is `string`, `int`, `strings` (an array) or `area`."""

    name: str
    kind: str
    nullable: bool
    privacy_class: str
    code_list: str | None
    doc: str


@dataclass(frozen=True, slots=True)
class EventSchema:
    """One version of one event type, as `police.crime.v1`."""

    type_name: str
    kind: str
    fields: tuple[EventField, ...]

    @property
    def is_control(self) -> bool:
        """Say whether the event is about a feed or another event, not about an incident."""
        return self.kind in CONTROL_KINDS

    def field(self, name: str) -> EventField | None:
        """Return the field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def event_schema(avsc: Mapping[str, Any]) -> EventSchema:
    """Return the schema of a parsed `.avsc`; raise ValueError when it lacks what the hub needs."""
    type_name = f"{avsc['namespace'].rpartition('.')[2]}.{avsc['name']}.v{avsc['version']}"
    return EventSchema(
        type_name=type_name,
        kind=type_name.partition(".")[0],
        fields=tuple(_field(field, type_name) for field in avsc["fields"]),
    )


def _field(field: Mapping[str, Any], type_name: str) -> EventField:
    privacy_class = field.get("privacy_class")
    if privacy_class not in PRIVACY_CLASSES or not field.get("doc"):
        raise ValueError(f"{type_name}: field {field['name']} needs a doc and a privacy class")
    branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
    nullable = "null" in branches
    (kind,) = [branch for branch in branches if branch != "null"]
    return EventField(
        name=field["name"],
        kind=_kind(kind),
        nullable=nullable,
        privacy_class=privacy_class,
        code_list=field.get("code_list"),
        doc=field["doc"],
    )


def _kind(kind: Any) -> str:
    if isinstance(kind, Mapping):
        return "strings" if kind["type"] == "array" else "area"
    return {"string": "string", "int": "int", "long": "int"}[kind]
