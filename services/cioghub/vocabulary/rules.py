"""Agreements as values: what a checked rule file says, with nothing left to interpret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

KEEP = "keep"
DROP = "drop"
PSEUDONYMISE = "pseudonymise"
GENERALISE = "generalise"

ConditionField = Literal[
    "hub_category",
    "agency_category",
    "severity",
    "weapon",
    "setting",
    "qualifiers",
    "age_band",
    "held_for",
    "confidence",
    "district",
    "csp",
    "ciog",
]
"""The only fields a condition may look at, all computed before any treatment."""

CONDITION_FIELDS: tuple[ConditionField, ...] = get_args(ConditionField)

NULLABLE_CONDITION_FIELDS = frozenset(CONDITION_FIELDS) - {
    "hub_category",
    "agency_category",
    "held_for",
}
"""Condition fields that an event may leave null (or empty): a clause on one may say `or_null`."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to one field: keep, drop, pseudonymise, or generalise to `level`."""

    action: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One test of one field: `any_of`, `none_of` or `only` over listed values."""

    field: str
    test: str
    values: frozenset[str]
    or_null: bool

    def holds(self, present: frozenset[str]) -> bool:
        """Say whether the clause holds for the values that an event has (none: null)."""
        if not present:
            return self.or_null
        if self.test == "any_of":
            return not present.isdisjoint(self.values)
        if self.test == "none_of":
            return present.isdisjoint(self.values)
        return present <= self.values


@dataclass(frozen=True, slots=True)
class Never:
    """All clauses together withhold, whatever any agreement permits."""

    clauses: tuple[Clause, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One data-sharing agreement, from one publisher to one recipient."""

    name: str
    version: str
    title: str
    publisher: str
    recipient: str
    held_for: tuple[str, ...]
    gateway: str
    lawful_basis: str
    regime: str
    purpose: str
    lane: str
    anonymity_assessed: date | None
    starts: date
    ends: date
    review_by: date
    retention_days: int
    events: tuple[str, ...]
    fields: tuple[tuple[str, Treatment], ...]
    only_when: tuple[Clause, ...]
    never_when: tuple[Never, ...]
    release: tuple[tuple[str, str], ...]
    file: str

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, those of its nevers included."""
        return (*self.only_when, *(c for never in self.never_when for c in never.clauses))

    def covers(self, day: date) -> bool:
        """Say whether `day`, in the partnership's time zone, lies in the agreement."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check has to say: what, where (from 1), and what to do."""

    code: str
    file: str
    line: int
    column: int
    message: str
    hint: str
