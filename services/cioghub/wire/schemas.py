"""Reads the event schemas, `schemas/avro/<kind>/<event>.v<N>.avsc`."""

from __future__ import annotations

import json
from pathlib import Path

from cioghub.errors import WrongUse
from cioghub.vocabulary.schema import EventSchema, event_schema
from cioghub.wire.csv_files import read_text


def read_schemas(folder: Path) -> dict[str, EventSchema]:
    """Return the schemas of a folder by type name, as `police.crime.v1`."""
    schemas = {}
    for path in sorted(folder.glob("*/*.avsc")):
        try:
            schema = event_schema(json.loads(read_text(path, "a schema")))
        except (ValueError, KeyError, TypeError) as error:
            raise WrongUse(f"{path} is not a schema of the hub: {error}.") from error
        if schema.type_name != f"{path.parent.name}.{path.name.removesuffix('.avsc')}":
            raise WrongUse(f"{path} holds the schema of {schema.type_name}.")
        schemas[schema.type_name] = schema
    if not schemas:
        raise WrongUse(f"There are no schemas in {folder}.")
    return schemas
