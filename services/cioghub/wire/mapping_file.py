"""Reads a mapping file: how the columns of a table become the fields of an event.

The file is YAML and closed: an unknown key is an error, every scalar is text, a key that stands
twice is refused. `docs/import-csv.md` describes the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cioghub.errors import WrongUse
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.mapping import (
    AreaRule,
    IdRule,
    Published,
    RowFilter,
    Table,
    TableMapping,
    ValueRule,
    WhenRule,
)
from cioghub.vocabulary.schema import EventSchema
from cioghub.wire.csv_files import read_text

HELP = "See docs/import-csv.md, or copy one of deploy/mappings/."


def _one_column(value: Any) -> Any:
    """Let `column: X` stand for `columns: [X]`, `format` for `formats`, and `else` for its name."""
    if not isinstance(value, dict):
        return value
    read = dict(value)
    for one, many in (("column", "columns"), ("format", "formats")):
        if one in read:
            if many in read:
                raise ValueError(f"give `{one}` or `{many}`, not both")
            read[many] = [read.pop(one)]
    if "else" in read:
        read["otherwise"] = read.pop("else")
    return read


_Value = Annotated[ValueRule, BeforeValidator(_one_column)]
_When = Annotated[WhenRule, BeforeValidator(_one_column)]


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Area(BaseModel):
    model_config = ConfigDict(extra="forbid")

    edition: str
    confidence: _Value | None = None
    code: _Value | None = None
    lon: str | None = None
    lat: str | None = None
    lat_lon: str | None = None


class _Always(BaseModel):
    model_config = ConfigDict(extra="forbid")

    always: str


class _File(BaseModel):
    """The keys of a mapping file."""

    model_config = ConfigDict(extra="forbid")

    title: str
    source: str
    type: str
    zone: str
    table: Table = Field(default_factory=Table)
    id: IdRule
    only_rows: tuple[RowFilter, ...] = ()
    one_event_per: tuple[str, ...] = ()
    occurred: _When
    until: _When | None = None
    recorded: _When | None = None
    published: dict[str, Any]
    area: _Area | None = None
    fields: dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML in which every scalar is text, but a plain null."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping_node(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    read: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            key = "" if key is None else str(key)
        if key in read:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key `{key}` stands twice", key_node.start_mark
            )
        read[key] = loader.construct_object(value_node, deep=True)
    return read


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_node)


def read_mapping(path: Path, schemas: Mapping[str, EventSchema]) -> TableMapping:
    """Return the mapping of a file, checked against the schema of its event type.

    Whether its formats of times are good is for `steps.publish`, which reads them.

    Raises:
        WrongUse: there is no such file, it is not YAML, a key is unknown, missing or says nothing
            the language knows, or a field is not one of the event type's.
    """
    return parse_mapping(read_text(path, "the mapping"), path, schemas)


def parse_mapping(text: str, path: Path | str, schemas: Mapping[str, EventSchema]) -> TableMapping:
    """Return the mapping of a text, as `read_mapping` does of a file; `path` names it in errors."""
    try:
        values = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not YAML"
        raise _wrong(path, f"line {mark.line + 1 if mark else 1}: {problem}") from error
    except RecursionError as error:
        raise _wrong(path, "nested too deeply") from error
    if not isinstance(values, dict):
        raise _wrong(path, "it must be one mapping of keys")
    try:
        read = _File.model_validate(values)
        mapping = TableMapping(
            title=read.title,
            source=read.source,
            type=read.type,
            zone=read.zone,
            table=read.table,
            id=read.id,
            only_rows=read.only_rows,
            one_event_per=read.one_event_per,
            occurred=read.occurred,
            until=read.until,
            recorded=read.recorded,
            published=_published(read.published),
            area=_area(read.area),
            fields={name: _rules(name, value) for name, value in read.fields.items()},
        )
    except ValidationError as error:
        raise _wrong(path, _words(error)) from error
    except ValueError as error:
        raise _wrong(path, str(error)) from error
    _check(path, mapping, schemas)
    return mapping


class _OneValue(BaseModel):
    value: _Value


class _OneWhen(BaseModel):
    value: _When


class _Values(BaseModel):
    value: Annotated[tuple[_Value, ...], BeforeValidator(_listed)]


def _rules(name: str, value: Any) -> ValueRule | tuple[ValueRule, ...]:
    try:
        if isinstance(value, list):
            return _Values.model_validate({"value": value}).value
        return _OneValue.model_validate({"value": value}).value
    except ValidationError as error:
        raise ValueError(_words(error, f"fields.{name}")) from None


def _area(value: _Area | None) -> AreaRule | None:
    if value is None:
        return None
    try:
        return AreaRule(**dict(value))
    except ValueError as error:
        raise ValueError(f"`area`: {error}") from None


def _published(value: dict[str, Any]) -> Published:
    try:
        if "always" not in value:
            return Published(when=_OneWhen.model_validate({"value": value}).value)
        always = _Always.model_validate(value).always
        parse_rfc3339(always)
    except ValidationError as error:
        raise ValueError(_words(error, "published")) from None
    except (ValueError, OverflowError):
        raise ValueError("`published.always` is no time, as 2026-04-05T00:00:00+01:00") from None
    return Published(always=always)


_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")


def _words(error: ValidationError, within: str = "") -> str:
    """Return the first fault in words: an unknown key before what is missing because of it."""
    faults = error.errors(include_url=False, include_input=False)
    first = min(faults, key=lambda fault: fault["type"] not in _UNKNOWN)
    parts = [str(part) for part in first["loc"] if part != "value" or not within]
    key = parts[-1] if parts else ""
    where = ".".join([within, *parts] if within else parts)
    if first["type"] in _UNKNOWN:
        return f"`{where}`: the key `{key}` is not of the language"
    if first["type"] in ("missing", "missing_argument"):
        return f"`{where}`: the key `{key}` is missing"
    return f"`{where}`: {first['msg'].removeprefix('Value error, ')}"


def _check(path: Path | str, mapping: TableMapping, schemas: Mapping[str, EventSchema]) -> None:
    try:
        ZoneInfo(mapping.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong(path, "`zone` is no zone of the IANA database, as Europe/London") from error
    schema = schemas.get(mapping.type)
    if schema is None or schema.is_control:
        known = ", ".join(name for name, one in sorted(schemas.items()) if not one.is_control)
        raise _wrong(path, f"`type` is not an incident type; they are {known}")
    for name, rule in mapping.fields.items():
        field = schema.field(name)
        if field is None or field.privacy_class == "time" or field.kind == "area":
            made = "`occurred`, `until`, `recorded` and `area` make the times and the place"
            raise _wrong(path, f"`fields.{name}` is not a field of {mapping.type}; {made}")
        if isinstance(rule, tuple) and field.kind != "strings":
            raise _wrong(path, f"`fields.{name}` takes one rule, not a list")
    for field in schema.fields:
        needed = not field.nullable and field.privacy_class != "time" and field.kind != "area"
        if needed and field.name not in mapping.fields:
            raise _wrong(path, f"`fields.{field.name}` is missing, and the schema needs it")


def _wrong(path: Path | str, fault: str) -> WrongUse:
    return WrongUse(f"{path}: {fault}.", "A mapping that is half understood loses rows.", HELP)
