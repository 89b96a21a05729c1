"""Compares event schemas with what has been published of them, in `schemas/avro/published.json`.

A published version is a promise to the agency that sends it, and to everyone who wrote a rule about
it. So its shape, and the privacy class and code list of each field, never change: a change is a new
version beside it. The words of a `doc` may be improved at any time.

Run `python tests/contract/published_schemas.py` to publish new versions; it changes no old one.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMAS = Path(__file__).parents[2] / "schemas" / "avro"
PUBLISHED = SCHEMAS / "published.json"
ANNOTATIONS = ("privacy_class", "code_list", "default")


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema file, parsed from JSON, by its type name."""
    return {
        f"{path.parent.name}.{path.stem}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(SCHEMAS.glob("*/*.avsc"))
    }


def published() -> dict[str, dict[str, Any]]:
    """Return what has been published, by type name."""
    found: dict[str, dict[str, Any]] = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return found


def promise(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema promises: its canonical form, that form's fingerprint, its fields."""
    canonical = to_parsing_canonical_form(parse_schema(schema))
    return {
        "fingerprint": fingerprint(canonical, "SHA-256"),
        "canonical": canonical,
        "fields": {
            field["name"]: {name: field[name] for name in ANNOTATIONS if name in field}
            for field in schema["fields"]
        },
    }


def broken_promises(made: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """Return in which ways a schema breaks the promise made for its version."""
    broken = set()
    now = promise(schema)
    before = parse_schema(json.loads(made["canonical"]))
    if fingerprint(made["canonical"], "SHA-256") != made["fingerprint"]:
        broken.add("published.json was edited")
    if now["fingerprint"] != made["fingerprint"]:
        broken.add("another shape")
    current = parse_schema(schema)
    if not all(_reads(sample, before, current) for sample in _samples(before)):
        broken.add("cannot read what was sent before")
    if not all(_reads(sample, current, before) for sample in _samples(current)):
        broken.add("sends what readers of before cannot read")
    for name, promised in made["fields"].items():
        for annotation in ANNOTATIONS:
            kept = now["fields"].get(name, promised)
            missing = object()
            if kept.get(annotation, missing) != promised.get(annotation, missing) and (
                annotation in kept or annotation in promised
            ):
                broken.add(f"another {annotation}")
    return broken


def _reads(sample: dict[str, Any], writer: Any, reader: Any) -> bool:
    encoded = io.BytesIO()
    schemaless_writer(encoded, writer, sample)
    encoded.seek(0)
    try:
        found = schemaless_reader(encoded, writer, reader)
    except Exception:  # fastavro raises many kinds; each means that it cannot be read
        return False
    return all(found.get(name, value) == value for name, value in sample.items())


def _samples(schema: Any) -> list[dict[str, Any]]:
    """Return one record with everything in it, and one with all that may be null."""
    full = {field["name"]: _value(field["type"], full=True) for field in schema["fields"]}
    bare = {field["name"]: _value(field["type"], full=False) for field in schema["fields"]}
    return [full, bare]


def _value(kind: Any, full: bool) -> Any:
    if isinstance(kind, list):
        if not full and "null" in kind:
            return None
        return _value(next(branch for branch in kind if branch != "null"), full)
    if isinstance(kind, dict) and kind["type"] == "array":
        return [_value(kind["items"], full)]
    if isinstance(kind, dict) and kind["type"] == "record":
        return {field["name"]: _value(field["type"], full) for field in kind["fields"]}
    name = kind["type"] if isinstance(kind, dict) else kind
    return {"string": "a", "int": 1, "long": 1, "boolean": True, "double": 1.5}[name]


def publish() -> None:
    """Add the versions that are not published yet; leave the others as they are."""
    known = published() if PUBLISHED.exists() else {}
    for name, schema in schemas().items():
        known.setdefault(name, promise(schema))
    text = json.dumps(dict(sorted(known.items())), indent=2)
    PUBLISHED.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    publish()
