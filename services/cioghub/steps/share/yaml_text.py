"""Reads one rule file's text into plain values, remembering where each stands.

Rules for editors:
1. Every scalar is text (604 is "604", no is "no"); only a plain `null`, `~` or nothing is None.
2. Duplicate keys, anchors, aliases, tags and documents beyond the first are refused, never
   resolved.
3. Text comes in as a string; nothing here opens a file.
4. One parser reads it, the one in C (libyaml). PyYAML's own in Python takes texts that this one
   refuses, and the other way round: with either of them, a bundle would mean one thing on one
   machine and another on the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

HAS_PARSER: bool = yaml.__with_libyaml__
"""Whether PyYAML has the parser in C on this machine."""

Pointer = tuple[str | int, ...]

MAX_DEPTH = 12
MAX_TEXT = 1_000_000


@dataclass(slots=True)
class RuleText:
    """A file's values with the line and column (from 1) of each, by pointer."""

    file: str
    values: Any = None
    places: dict[Pointer, tuple[int, int]] = field(default_factory=dict)

    def place(self, pointer: Pointer) -> tuple[int, int]:
        """Return where the value at `pointer` stands, or else its nearest parent."""
        while pointer and pointer not in self.places:
            pointer = pointer[:-1]
        return self.places.get(pointer, (1, 1))


class RuleTextError(Exception):
    """The text is not the YAML that a rule file may be; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read_rule_text(text: str, file: str) -> RuleText:
    """Return the values of one rule file; raise `RuleTextError` at the first fault.

    PyYAML must have libyaml: whoever starts the hub has asked for it (`HAS_PARSER`).
    """
    if len(text) > MAX_TEXT:
        raise RuleTextError("the file is larger than a rule file may be", 1, 1)
    read = RuleText(file)
    try:
        read.values = _Reading(text, read.places).document()
    except yaml.MarkedYAMLError as error:
        at = _place(error.problem_mark)
        raise RuleTextError(f"not YAML: {error.problem}", *at) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise RuleTextError("not YAML: a character that YAML does not allow", 1, 1) from error
    return read


class _Reading:
    """Values are made as the events of the text come: what is refused is never composed."""

    def __init__(self, text: str, places: dict[Pointer, tuple[int, int]]) -> None:
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._places = places

    def document(self) -> Any:
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), ())
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise RuleTextError("a second document: one file is one document", *_at(after))
        return value

    def _value(self, event: yaml.Event, pointer: Pointer) -> Any:
        """Return the value that begins with an event, and remember where it stands."""
        at = _at(event)
        _refuse_marks(event)
        self._places[pointer] = at
        if len(pointer) > MAX_DEPTH:
            raise RuleTextError("nested too deeply", *at)
        if isinstance(event, yaml.ScalarEvent):
            return None if _is_null(event) else str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(pointer)
        return self._mapping(pointer)

    def _items(self, pointer: Pointer) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*pointer, len(values))))
        return values

    def _mapping(self, pointer: Pointer) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            at = _at(event)
            _refuse_marks(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise RuleTextError("a key must be one word", *at)
            key = str(event.value)
            if key in values:
                raise RuleTextError(f"the key `{key}` stands twice", *at)
            values[key] = self._value(next(self._events), (*pointer, key))
            self._places[(*pointer, key)] = at
        return values


def _refuse_marks(event: yaml.Event) -> None:
    """Refuse a key or a value that is not what is written there, or that has a name or a type."""
    if isinstance(event, yaml.AliasEvent):
        raise RuleTextError(
            "an alias: write the value out, so that a reader sees it where it applies", *_at(event)
        )
    if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        return
    if event.anchor:
        raise RuleTextError("an anchor: nothing may refer to it, leave it out", *_at(event))
    if event.tag:
        raise RuleTextError("a tag: write the value alone, every value is text", *_at(event))


class _Mark(Protocol):
    """Where something stands; from 0."""

    line: int
    column: int


def _at(event: yaml.Event) -> tuple[int, int]:
    return _place(event.start_mark)


def _place(mark: _Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _is_null(event: yaml.ScalarEvent) -> bool:
    return event.style == "" and event.value in ("", "~", "null", "Null", "NULL")
