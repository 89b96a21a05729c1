"""What the ledger says of an event and of a decision, as the one form that is hashed.

Rules for editors:
1. An entry holds no payload and no time: what an event said can be deleted, and the ledger stands.
2. The form below is what was signed. A change to it makes every older ledger unreadable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

CLASS_HEX = 16

_ENTRY = rb'\{"class":"([0-9a-f]{16})","n":(0|[1-9][0-9]{0,17}),"ref":"([0-9a-f]{32})"\}'
_ONE = re.compile(_ENTRY)
_CLASS = re.compile("[0-9a-f]{16}")
_REFS = re.compile("[0-9a-f]*")
_REF_HEX = 32


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One event: its blinded reference (32 hex digits) and the id of its decision class."""

    ref: str
    class_id: str


def entry_line(number: int, entry: LedgerEntry) -> bytes:
    """Return an entry as it stands in the ledger, without the line's end; `number` from 0."""
    return f'{{"class":"{entry.class_id}","n":{number},"ref":"{entry.ref}"}}'.encode()


def entry_block(first: int, refs: Sequence[str], class_ids: Sequence[str]) -> bytes:
    """Return many entries, each with its line's end; they are numbered from `first`.

    Raises:
        ValueError: a reference or a class is not in its form.
    """
    # All their letters together, and how long each: one by one takes four times as long.
    if not (
        _REFS.fullmatch("".join(refs))
        and set(map(len, refs)) <= {_REF_HEX}
        and all(map(_CLASS.fullmatch, set(class_ids)))
    ):
        raise ValueError("a reference or a decision class is not in its form")
    return "".join(
        [
            f'{{"class":"{class_id}","n":{number},"ref":"{ref}"}}\n'
            for number, (ref, class_id) in enumerate(zip(refs, class_ids, strict=True), first)
        ]
    ).encode()


def parse_entry(line: bytes) -> tuple[int, LedgerEntry] | None:
    """Return an entry and its number, or None where the line is not in the one form."""
    found = _ONE.fullmatch(line)
    if found is None:
        return None
    decision, number, ref = found.groups()
    return int(number), LedgerEntry(ref.decode(), decision.decode())


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one form of a record: keys sorted, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def parse_record(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line, or None where it is not one in the one form."""
    try:
        value = json.loads(line)
        return value if isinstance(value, dict) and canonical(value) == line else None
    except (ValueError, RecursionError):
        return None


def class_id_of(content: Mapping[str, Any]) -> str:
    """Return the id of a decision class: the first 16 hex digits of the hash of its content."""
    return sha256(canonical(content)).hexdigest()[:CLASS_HEX]


def class_line(content: Mapping[str, Any]) -> bytes:
    """Return a decision class as it stands in the ledger, without the line's end."""
    return canonical({"class": class_id_of(content), "content": content})


def parse_class(line: bytes) -> tuple[str, dict[str, Any] | None] | None:
    """Return a class's id, and its content if the id is its hash; None where it is no class."""
    record = parse_record(line)
    if record is None or set(record) != {"class", "content"}:
        return None
    name, content = record["class"], record["content"]
    if not isinstance(name, str) or not isinstance(content, dict):
        return None
    return name, content if class_id_of(content) == name else None
