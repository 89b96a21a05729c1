"""What a route says of its answer in the OpenAPI document, where FastAPI cannot see it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

JSON = "application/json"

TEXT = {"type": "string"}
NULLABLE = {"type": ["string", "null"]}
TEXTS = {"type": "array", "items": TEXT}
FLAG = {"type": "boolean"}
WHOLE = {"type": "integer", "minimum": 0}
DAY = {"type": "string", "format": "date"}
INSTANT = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, str]:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(name: str) -> dict[str, Any]:
    """Return the schema of a list of what a schema of the document describes."""
    return {"type": "array", "items": ref(name)}


def or_null(name: str) -> dict[str, Any]:
    """Return the schema of what a schema of the document describes, or null."""
    return {"anyOf": [ref(name), {"type": "null"}]}


def record(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the schema of an object that has all these members."""
    return {"type": "object", "properties": properties, "required": list(properties), **more}


def closed(
    properties: dict[str, Any], optional: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return the schema of an object that has all these members, perhaps the optional, no other."""
    whole = record(properties, additionalProperties=False, **more)
    return {**whole, "properties": {**properties, **(optional or {})}}


def said(description: str, name: str) -> dict[str, Any]:
    """Return what the document says of an answer in JSON, by the name of its schema."""
    return {"description": description, "content": {JSON: {"schema": ref(name)}}}


def tells(description: str, name: str) -> dict[str, Any]:
    """Return what a route's decorator takes, for a good answer in JSON of one schema."""
    return {"responses": {200: said(description, name)}}


def gives(*media_types: str, schema: str | None = None) -> dict[str, Any]:
    """Return what a route's decorator takes, for an answer of one of these media types.

    `schema` names that of the answer in JSON, where there is one.
    """
    content: dict[str, Any] = {one: {} for one in media_types}
    if schema is not None:
        content[JSON] = {"schema": ref(schema)}
    return {"response_class": Response, "responses": {200: {"content": content}}}
