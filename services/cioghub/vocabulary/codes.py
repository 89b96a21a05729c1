"""Code lists and the crosswalk: what an agency's own code means to the hub, and when.

A code that was valid only between two days is judged by the event's own day; an empty day means
open or not known. Lists are read by `wire.code_lists`; nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a list: the code, what it says, and the crosswalk's proposals for it.

    `more` holds what the list says in columns of its own, by column.
    """

    code: str
    label: str
    hub_category: str | None
    severity: int | None
    lane: str | None
    floor: str | None
    valid_from: date | None
    valid_to: date | None
    status: str
    flags: frozenset[str]
    more: Mapping[str, str] = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        """Say whether the row is valid on the day, both ends included."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class CodeList:
    """One list: its name and its rows by code."""

    __slots__ = ("_rows", "name")

    def __init__(self, name: str, rows: Iterable[CodeRow]) -> None:
        self.name = name
        self._rows: dict[str, tuple[CodeRow, ...]] = {}
        for row in rows:
            self._rows[row.code] = (*self._rows.get(row.code, ()), row)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def valid(self, code: str, on: date) -> CodeRow | None:
        """Return the row of `code` that is in force on the day, or None."""
        return next((row for row in self._rows.get(code, ()) if row.in_force(on)), None)

    def rows(self) -> list[CodeRow]:
        """Return all rows, in the order of the file."""
        return [row for rows in self._rows.values() for row in rows]


class CodeLists:
    """All lists of a bundle, by name, with the hash of what they were read from."""

    __slots__ = ("_lists", "hash")

    def __init__(self, lists: Iterable[CodeList], content_hash: str) -> None:
        self._lists = {one.name: one for one in lists}
        self.hash = content_hash

    def get(self, name: str) -> CodeList | None:
        """Return the list of this name, or None."""
        return self._lists.get(name)

    def names(self) -> list[str]:
        """Return the names of all lists."""
        return sorted(self._lists)

    def boundaries(self) -> frozenset[int]:
        """Return the days (ordinals) from which any code means something else than before."""
        days = set()
        for code_list in self._lists.values():
            for row in code_list.rows():
                if row.valid_from:
                    days.add(row.valid_from.toordinal())
                if row.valid_to:
                    days.add(row.valid_to.toordinal() + 1)
        return frozenset(days)
