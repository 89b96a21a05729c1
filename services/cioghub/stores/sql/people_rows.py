"""Turns a row of the table of people into a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from cioghub.vocabulary.people import Person, Role, audience_of


def person_of(row: Row[Any]) -> Person:
    """Return the person of a row."""
    role = Role(row.role)
    return Person(row.id, row.name, role, audience_of(role, row.ciog), row.ciog, row.party)
