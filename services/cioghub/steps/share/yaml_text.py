"""Reads one rule file's text into plain values, remembering where each stands.

Rules for editors:
1. Every scalar is text (604 is "604", no is "no"); only a plain `null`, `~` or nothing is None.
2. Duplicate keys, aliases, tags and documents beyond the first are refused, never resolved.
3. Text comes in as a string; nothing here opens a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

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
    """Return the values of one rule file; raise `RuleTextError` at the first fault."""
    if len(text) > MAX_TEXT:
        raise RuleTextError("the file is larger than a rule file may be", 1, 1)
    try:
        _refuse_aliases_and_depth(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise RuleTextError(f"not YAML: {error.problem}", *at) from error
    except yaml.YAMLError as error:
        raise RuleTextError("not YAML: a character that YAML does not allow", 1, 1) from error
    except RecursionError as error:
        raise RuleTextError("nested too deeply", 1, 1) from error
    read = RuleText(file)
    read.values = _value(node, (), read.places)
    return read


def _refuse_aliases_and_depth(text: str) -> None:
    """Read the text event by event: to compose one that nests without end would take hours."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = event.start_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent):
            raise RuleTextError(
                "an alias: write the value out, so that a reader sees it where it applies", *at
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH + 1:
                raise RuleTextError("nested too deeply", *at)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(node: yaml.Node | None, pointer: Pointer, places: dict[Pointer, tuple[int, int]]) -> Any:
    if node is None:
        return None
    at = (node.start_mark.line + 1, node.start_mark.column + 1)
    places[pointer] = at
    if len(pointer) > MAX_DEPTH:
        raise RuleTextError("nested too deeply", *at)
    if isinstance(node, yaml.ScalarNode):
        is_null = node.style is None and node.value in ("", "~", "null", "Null", "NULL")
        return None if is_null else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*pointer, i), places) for i, child in enumerate(node.value)]
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key_at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            raise RuleTextError("a key must be one word", *key_at)
        key = str(key_node.value)
        if key in values:
            raise RuleTextError(f"the key `{key}` stands twice", *key_at)
        values[key] = _value(value_node, (*pointer, key), places)
        places[(*pointer, key)] = key_at
    return values
