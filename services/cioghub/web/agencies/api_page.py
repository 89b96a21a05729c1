"""The page that shows the OpenAPI document to people: every operation, body, answer and schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

ROUTER = APIRouter(prefix="/agency", include_in_schema=False)
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `bodies` and each of `answers` name the schemas of their media types."""

    anchor: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Mapping[str, Any], ...]
    bodies: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object."""

    name: str
    kind: str
    required: bool
    described: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One schema: its members, or the kind of value that it is."""

    name: str
    described: str
    kind: str
    members: tuple[Member, ...]


@ROUTER.get("/api")
def api(request: Request) -> HTMLResponse:
    """Show the whole document; it holds nothing that is anybody's, so nobody need sign in."""
    document = request.app.openapi()
    page: HTMLResponse = request.app.state.pages.page(
        request,
        "agency_api.html.j2",
        person=getattr(request.state, "person", None),
        described=document["info"]["description"],
        operations=list(operations(document)),
        shapes=list(shapes(document)),
    )
    return page


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of a document, by path."""
    for path, item in sorted(document["paths"].items()):
        for method in _METHODS:
            if method in item:
                yield _operation(path, method, item[method])


def _operation(path: str, method: str, said: Mapping[str, Any]) -> Operation:
    return Operation(
        anchor=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        paragraphs=tuple(said.get("description", "").split("\n\n")),
        parameters=tuple(said.get("parameters", ())),
        bodies=_contents(said.get("requestBody", {})),
        answers=tuple(
            (status, answer["description"], _contents(answer))
            for status, answer in sorted(said["responses"].items())
        ),
    )


def _contents(holder: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (media, kind(content.get("schema", {})))
        for media, content in holder.get("content", {}).items()
    )


def shapes(document: Mapping[str, Any]) -> Iterator[Shape]:
    """Yield the schemas of a document, by name."""
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        yield Shape(
            name=name,
            described=schema.get("description", ""),
            kind=kind(schema),
            members=tuple(
                Member(member, kind(one), member in required, one.get("description", ""))
                for member, one in schema.get("properties", {}).items()
            ),
        )


def kind(schema: Mapping[str, Any]) -> str:
    """Return in words what a schema takes, as `array of Event` or `text or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return f"always {schema['const']}"
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return "one of: " + ", ".join(kind(one) for one in schema[several])
    if "enum" in schema:
        return "one of: " + ", ".join(str(one or "null") for one in schema["enum"])
    types = schema.get("type", "anything")
    listed = types if isinstance(types, list) else [types]
    words = " or ".join(_WORDS.get(one, str(one)) for one in listed)
    if "array" in listed:
        words = words.replace("array", f"array of {kind(schema.get('items', {}))}")
    if "format" in schema:
        words += f" ({schema['format']})"
    return words


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
