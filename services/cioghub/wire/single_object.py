"""Records in Avro's single-object encoding: a mark, the schema's fingerprint, then the record.

The fingerprint says which version of which schema wrote a record, so several flow side by side.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form
from fastavro.types import Schema

from cioghub.errors import WrongUse
from cioghub.vocabulary.reasons import UnreadableReason
from cioghub.vocabulary.schema import event_schema
from cioghub.wire.csv_files import read_text
from cioghub.wire.json_lines import MAX_LINE

MARK = b"\xc3\x01"
_HEADER = len(MARK) + 8


class Record(NamedTuple):
    """A record that could be read, and the type whose schema wrote it, as `police.crime.v1`."""

    type_name: str
    data: dict[str, Any]

    def __repr__(self) -> str:
        return f"Record({self.type_name}, content hidden)"


class Unreadable(NamedTuple):
    """A message that is no event, and why."""

    reason: UnreadableReason


class SingleObjects:
    """Encodes and decodes the records of the schemas it is given."""

    def __init__(self, schemas: Iterable[Mapping[str, Any]]) -> None:
        """Take parsed `.avsc` files; raise ValueError when two have one fingerprint."""
        self._writers: dict[str, tuple[bytes, Schema]] = {}
        self._readers: dict[bytes, tuple[str, Schema]] = {}
        for avsc in schemas:
            name = event_schema(avsc).type_name
            header = MARK + fingerprint_of(avsc)
            if header in self._readers:
                raise ValueError(f"{name} has the fingerprint of {self._readers[header][0]}")
            schema = parse_schema(dict(avsc))
            self._writers[name] = (header, schema)
            self._readers[header] = (name, schema)

    def encode(self, type_name: str, data: Mapping[str, Any]) -> bytes:
        """Return a record of a type in single-object encoding.

        Raises:
            ValueError: there is no such type, or the record is not of its schema.
        """
        if type_name not in self._writers:
            raise ValueError(f"there is no schema of {type_name}")
        header, schema = self._writers[type_name]
        written = io.BytesIO()
        written.write(header)
        try:
            schemaless_writer(written, schema, data, strict_allow_default=True)
        except Exception:  # fastavro raises many kinds, and their texts hold the record
            raise ValueError(f"the record is not of the schema of {type_name}") from None
        return written.getvalue()

    def decode(self, value: bytes) -> Record | Unreadable:
        """Return the record of a value, by the schema that its fingerprint names, or why not."""
        if len(value) > MAX_LINE:
            return Unreadable(UnreadableReason.TOO_LARGE)
        if not value.startswith(MARK):
            return Unreadable(UnreadableReason.NOT_SINGLE_OBJECT)
        if len(value) < _HEADER:
            return Unreadable(UnreadableReason.TRUNCATED)
        found = self._readers.get(value[:_HEADER])
        if found is None:
            return Unreadable(UnreadableReason.UNKNOWN_SCHEMA)
        name, schema = found
        stream = io.BytesIO(value)
        stream.seek(_HEADER)
        try:
            data = schemaless_reader(stream, schema, None)
        except EOFError:
            return Unreadable(UnreadableReason.TRUNCATED)
        except Exception:  # whatever bytes from outside do to a parser, they are no record
            return Unreadable(UnreadableReason.NOT_OF_SCHEMA)
        if not isinstance(data, dict):  # pragma: no cover - every schema is a record
            return Unreadable(UnreadableReason.NOT_OF_SCHEMA)
        if stream.tell() != len(value):
            return Unreadable(UnreadableReason.TRAILING_BYTES)
        return Record(name, data)


def fingerprint_of(avsc: Mapping[str, Any]) -> bytes:
    """Return the eight bytes, little end first, that a schema is known by (CRC-64-AVRO)."""
    canonical = to_parsing_canonical_form(parse_schema(dict(avsc)))
    return bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO"))


def read_single_objects(folder: Path) -> SingleObjects:
    """Return what encodes and decodes the records of all schemas in a folder.

    Raises:
        WrongUse: a file is not a schema of the hub.
    """
    found = []
    for path in sorted(folder.glob("*/*.avsc")):
        try:
            found.append(json.loads(read_text(path, "a schema")))
        except ValueError as error:
            raise WrongUse(f"{path} is not a schema of the hub: {error}.") from error
    try:
        return SingleObjects(found)
    except Exception as error:  # fastavro raises many kinds; what they say is about the schema
        raise WrongUse(f"A schema in {folder} is not one of the hub: {error}.") from error
