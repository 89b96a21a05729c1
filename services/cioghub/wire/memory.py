"""What a hub remembers between two ticks, as bytes and back: nothing is run to read them.

Values are plain ones, dates, and frozen dataclasses, named tuples and enumerations of a closed list
of types. Whatever is held twice is written once, and is one thing again when it is read.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from math import isfinite
from typing import Any

import orjson

VERSION = 1
_PLAIN = frozenset({type(None), bool, int, str})


class MemoryUnreadable(ValueError):
    """The bytes are of another version, or were not written by `pack_memory`."""


def pack_memory(value: Any, types: Iterable[type]) -> bytes:
    """Return the bytes of a value made of plain values and of `types` only.

    Raises:
        TypeError: it holds anything else.
    """
    writer = _Writer({kind: kind.__name__ for kind in types})
    root = writer.write(value)
    content = {"version": VERSION, "things": writer.things, "root": root}
    return zlib.compress(orjson.dumps(content), 6)


def unpack_memory(content: bytes, types: Iterable[type]) -> Any:
    """Return the value of the bytes that `pack_memory` made.

    Raises:
        MemoryUnreadable: they are not such bytes.
    """
    by_name = {kind.__name__: kind for kind in types}
    try:
        found = orjson.loads(zlib.decompress(content))
        if found["version"] != VERSION:
            raise MemoryUnreadable("another version")
        things: list[Any] = []
        for thing in found["things"]:
            things.append(_read(thing, things, by_name))
        return _read(found["root"], things, by_name)
    except (zlib.error, KeyError, TypeError, ValueError, IndexError) as error:
        raise MemoryUnreadable("not a memory of this version") from error


class _Writer:
    def __init__(self, names: Mapping[type, str]) -> None:
        self._names = names
        self.things: list[Any] = []
        self._known: dict[int, int] = {}
        self._fields: dict[type, tuple[str, ...]] = {}
        self._alive: list[Any] = []  # or an id could be given to two things

    def write(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind in self._names:
            return self._thing(value, kind)
        if kind is float:
            return value if isfinite(value) else {"float": str(value)}
        if kind is date:
            return {"day": value.isoformat()}
        if kind is tuple or kind is list:
            return {kind.__name__: self._all(value)}
        if kind is set or kind is frozenset:
            # A set has no order of its own; its bytes have one, so that same memory is same bytes.
            return {kind.__name__: sorted(self._all(value), key=orjson.dumps)}
        if isinstance(value, Mapping):
            return {"map": [self._all(pair) for pair in value.items()]}
        raise TypeError(f"a memory holds no {kind.__name__}")

    def _all(self, values: Iterable[Any]) -> list[Any]:
        return [one if type(one) in _PLAIN else self.write(one) for one in values]

    def _thing(self, value: Any, kind: type) -> Any:
        number = self._known.get(id(value))
        if number is not None:
            return {"is": number}
        name = self._names[kind]
        if isinstance(value, Enum):
            return {"one": [name, value.value]}
        parts = self._all([getattr(value, one) for one in self._parts(kind)])
        number = self._known[id(value)] = len(self.things)
        self.things.append({"of": [name, parts]})
        self._alive.append(value)
        return {"is": number}

    def _parts(self, kind: Any) -> tuple[str, ...]:
        found = self._fields.get(kind)
        if found is None:
            found = tuple(one.name for one in fields(kind)) if is_dataclass(kind) else kind._fields
            self._fields[kind] = found
        return found


def _read(written: Any, things: list[Any], types: Mapping[str, type]) -> Any:
    if not isinstance(written, dict):
        return written
    ((form, content),) = written.items()
    if form == "is":
        return things[content]
    if form == "float":
        return float(content)
    if form == "day":
        return date.fromisoformat(content)
    if form == "one":
        return types[content[0]](content[1])
    if form == "map":
        return {_read(k, things, types): _read(v, things, types) for k, v in content}
    if form == "of":
        name, parts = content
        return types[name](*[_read(one, things, types) for one in parts])
    made = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[form]
    return made(_read(one, things, types) for one in content)
