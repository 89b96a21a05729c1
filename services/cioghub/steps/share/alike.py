"""Tells which events no rule can tell apart, so that a decision on one is a decision on all.

A rule looks at what the codes of an event say, and at how its own conditions come out. Codes are
many, and what they say is little; values are many, and conditions few.

Rules for editors:
1. Whatever `decide` looks at in an event must be in `Seen`, but the day and the place, which the
   table adds.
2. No id, time or token is part of it.
3. What says the same may be numbered again once it was forgotten; no number ever stands for two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from cioghub.steps.share.coded_facts import Said, coded_fields, said_of, seen_of
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.coding import FIXED, TypeCoding
from cioghub.vocabulary.rules import Clause

MOST = 200_000
"""Remembered of one kind, many times what a county's years have; then all of it is forgotten."""

K = TypeVar("K")
V = TypeVar("V")

_HELD_FOR = FIXED.index("held_for")
_CATEGORY_LIST = FIXED.index("category_list")
_CATEGORY = FIXED.index("category")
_CONFIDENCE = FIXED.index("confidence")
_VALID_ON = FIXED.index("valid_on")


def noted(known: dict[K, V], key: K, value: V) -> V:
    """Return the value, and remember it: qualifiers alone can be put together without end."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value
    return value


class Seen(NamedTuple):
    """What rules see of coded values, beside the day and the place.

    `said` is the function that they are held for and what the codes say; `held` has for each field
    that a condition asks for a number that says which clauses on it hold.
    """

    said: tuple[Any, ...]
    held: dict[str, int]


class Alike:
    """Sees the events of one type as rules do, given every clause that is asked of it."""

    def __init__(self, coding: TypeCoding, clauses: Iterable[Clause], lists: CodeLists) -> None:
        self._coding = coding
        self._lists = lists
        self._clauses: dict[str, tuple[Clause, ...]] = {}
        for clause in dict.fromkeys(clauses):
            if clause.field in (*coding.fields, "agency_category", "confidence"):
                self._clauses[clause.field] = (*self._clauses.get(clause.field, ()), clause)
        self._said: dict[tuple[Any, ...], int] = {}
        self._positions = {
            field: _CONFIDENCE if field == "confidence" else coding.position(field)
            for field in self._clauses
            if field != "agency_category"
        }
        self._distinct: dict[Said | tuple[bool, ...], int] = {}
        self._numbers = 0
        self._held: dict[tuple[str, Any], int] = {}

    def seen(self, coded: tuple[Any, ...], code_epoch: int) -> Seen:
        """Return what rules see of coded values.

        `code_epoch` numbers the stretch of days in which every code says the same.
        """
        codes = [self._says((*one, code_epoch), coded) for one in coded_fields(coded, self._coding)]
        held = {field: self._holds(field, coded) for field in self._clauses}
        return Seen((coded[_HELD_FOR], *codes), held)

    def _says(self, code: tuple[str, str, Any, int], coded: tuple[Any, ...]) -> int:
        """Return a number that is the same for all codes of a field that say the same."""
        known = self._said.get(code)
        if known is None:
            said = said_of(*code[:3], coded[_VALID_ON], self._lists)
            known = noted(self._said, code, self._number(said))
        return known

    def _number(self, one: Said | tuple[bool, ...]) -> int:
        known = self._distinct.get(one)
        if known is None:
            self._numbers += 1
            known = noted(self._distinct, one, self._numbers)
        return known

    def _holds(self, field: str, coded: tuple[Any, ...]) -> int:
        """Return a number that is the same wherever the same clauses on a field hold."""
        value = self._value(field, coded)
        known = self._held.get((field, value))
        if known is None:
            seen = seen_of(field, value)
            holds = tuple(clause.holds(seen) for clause in self._clauses[field])
            known = noted(self._held, (field, value), self._number(holds))
        return known

    def _value(self, field: str, coded: tuple[Any, ...]) -> Any:
        if field == "agency_category":
            return f"{coded[_CATEGORY_LIST]}:{coded[_CATEGORY]}"
        return coded[self._positions[field]]
