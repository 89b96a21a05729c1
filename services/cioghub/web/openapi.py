"""Completes the hub's OpenAPI 3.1 document: every event type as a closed schema, from its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.parties import FUNCTIONS
from cioghub.vocabulary.schema import EventField, EventSchema
from cioghub.web.agencies import documents as agencies
from cioghub.web.agencies.documents import problem_said
from cioghub.web.review import documents as review
from cioghub.web.shell.documented import record, ref
from cioghub.web.tactical import feeds_documents as feeds

ID = "^[A-Za-z0-9._:~/-]{1,128}$"
SOURCE = "^(/[A-Za-z0-9._~-]{1,64}){1,4}$"
TOKEN = "^([A-Z2-7]{26,64}|[a-z2-7]{26,64}|[0-9a-f]{26,64}|[0-9A-F]{26,64})$"
VALIDATION = "HTTPValidationError"
MOST_CODES = 40
"""A longer list is named and not written out."""

DESCRIPTION = (
    "Agencies publish anonymised incident events; sharing rules decide, field by field, who "
    "receives what; readers take alerts and pictures made for them. Errors are problem details "
    "(RFC 9457). About places, never about people."
)


class Documented(FastAPI):
    """An application that gives its whole document, made when it is first asked for."""

    def __init__(self, bundle: Bundle, **given: Any) -> None:
        """Take the bundle whose events the document describes, and what FastAPI takes."""
        super().__init__(**given)
        self._bundle = bundle

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi(), self._bundle)
        return self.openapi_schema


def complete(document: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    """Return a document with what routes cannot say: the events, and the answers' schemas."""
    document["info"]["description"] = DESCRIPTION
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(agencies.SCHEMAS | feeds.SCHEMAS | review.SCHEMAS)
    for item in document["paths"].values():
        for operation in item.values():
            _tell_errors(operation["responses"])
    for unused in (VALIDATION, "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(event_schemas(bundle.schemas, bundle.lists))
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _tell_errors(responses: dict[str, Any]) -> None:
    """Say of an operation that its errors are problem details, which its route cannot know."""
    if VALIDATION in str(responses.get("422", "")):
        responses["422"] = problem_said("A parameter is at fault.")
    responses.setdefault("default", problem_said("Any other error."))


def event_schemas(schemas: Mapping[str, EventSchema], lists: CodeLists) -> dict[str, Any]:
    """Return the JSON Schemas of every event, of every `data`, and of any one of them."""
    made: dict[str, Any] = {}
    for name, schema in sorted(schemas.items()):
        made[f"{name}.data"] = _data(schema, lists)
        made[name] = _event(name)
    events = {name: ref(name)["$ref"] for name in schemas}
    made["Event"] = {
        "description": "A CloudEvent 1.0 of one of the types that the hub has a schema for.",
        "oneOf": [{"$ref": path} for path in events.values()],
        "discriminator": {"propertyName": "type", "mapping": events},
    }
    made["Data"] = {"anyOf": [ref(f"{name}.data") for name in sorted(schemas)]}
    return made


def _event(name: str) -> dict[str, Any]:
    event = record(
        {
            "specversion": {"const": "1.0"},
            "id": {
                "type": "string",
                "pattern": ID,
                "description": "With `source` the identity. Never a reference by which anybody "
                "could find a person.",
            },
            "source": {"type": "string", "pattern": SOURCE, "description": "A declared feed."},
            "type": {"const": name},
            "time": {
                "type": "string",
                "format": "date-time",
                "description": "When it was published; not more than a day before it happened.",
            },
            "datacontenttype": {"const": "application/json"},
            "data": ref(f"{name}.data"),
        },
        additionalProperties=False,
    )
    for tracing in ("traceparent", "tracestate"):
        event["properties"][tracing] = {"type": "string", "description": "Dropped on arrival."}
    return event


def _data(schema: EventSchema, lists: CodeLists) -> dict[str, Any]:
    """Return the closed record of one type; a field that may be null may be left out."""
    return {
        "type": "object",
        "properties": {field.name: _field(field, schema, lists) for field in schema.fields},
        "required": [field.name for field in schema.fields if not field.nullable],
        "additionalProperties": False,
    }


def _field(field: EventField, schema: EventSchema, lists: CodeLists) -> dict[str, Any]:
    made = _form(field, schema)
    described = field.doc
    codes = _codes(field, lists)
    if field.code_list and field.name != "held_for":
        described += f" A code of the list `{field.code_list}`."
    if codes and field.kind == "strings":
        made["items"] = {"enum": codes}
    elif codes and field.kind == "string":
        made["enum"] = codes
    if field.nullable:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return {**made, "description": described}


def _codes(field: EventField, lists: CodeLists) -> list[str]:
    if field.name == "held_for":
        return list(FUNCTIONS)
    if field.name == "category_list":
        return lists.names()
    code_list = lists.get(field.code_list) if field.code_list else None
    codes = list(dict.fromkeys(row.code for row in code_list.rows())) if code_list else []
    return codes if len(codes) <= MOST_CODES else []


def _form(field: EventField, schema: EventSchema) -> dict[str, Any]:
    if field.kind == "area":
        text = {"type": ["string", "null"]}
        parts = {"code": text, "edition": text, "confidence": text}
        return {"type": "object", "properties": parts, "additionalProperties": False}
    if field.kind == "int":
        return {"type": "integer", "minimum": 0, "maximum": 1_000_000}
    if field.kind == "strings":
        return {
            "type": "array",
            "items": {"type": "string"},
            "maxItems": 8,
            "uniqueItems": True,
        }
    if field.privacy_class == "time":
        return {"type": "string", "format": "date-time"}
    if field.privacy_class in ("person-token", "place-token"):
        return {"type": "string", "pattern": TOKEN}
    if schema.is_control and not field.code_list:
        return {"type": "string", "pattern": ID}
    return {"type": "string", "maxLength": 256}
